/** Removes and returns the longest prefix of a queue that fits. */
export function takeWhile<T>(queue: T[], fits: (item: T) => boolean): T[] {
  const end = queue.findIndex((item) => !fits(item));
  return queue.splice(0, end === -1 ? queue.length : end);
}
