/** Places between two steps that no transaction holds together, named by what was done last. */
const crashPoints = [
  'order_committed',
  'payment_made',
  'cash_confirmed',
  'webhook_stored',
  'order_settled',
  'cancel_decided',
  'payment_canceled',
  'refund_made',
] as const;
export type CrashPoint = (typeof crashPoints)[number];

let armed: { name: CrashPoint; turnsLeft: number } | null = null;

/**
 * Makes this process die at a point, as if by kill -9: `name`, or `name:n` for the n-th time that it is reached.
 * For tests of what a crash leaves behind. Throws when there is no such point.
 */
export function armCrashPoint(specification: string): void {
  const [wanted, turn = '1'] = specification.split(':');
  const name = crashPoints.find((point) => point === wanted);
  if (!name || !/^[1-9]\d*$/.test(turn)) throw new Error(`there is no crash point ${specification}`);
  armed = { name, turnsLeft: Number(turn) };
}

/** Does nothing unless this point is armed. */
export function crashPoint(name: CrashPoint): void {
  if (armed?.name !== name) return;
  armed.turnsLeft -= 1;
  if (armed.turnsLeft === 0) process.kill(process.pid, 'SIGKILL');
}
