/** What takes less than 2 s in service may take five times as long on a busy test machine. */
export const soonMs = 10_000;
