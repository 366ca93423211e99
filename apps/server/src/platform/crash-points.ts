/** Only at these changes what outlives the process, so a crash anywhere leaves what a crash at one of them leaves. */
const crashPoints = ['commit', 'stripe_call'] as const;
type Point = (typeof crashPoints)[number];
/** `commit:3`: right after the third commit that changed something; `stripe_call:1`: right after Stripe's first answer. */
export type CrashPoint = `${Point}:${number}`;

let chosen: { point: Point; turnsLeft: number; isCounting: boolean } | null = null;

/**
 * Makes this process die at a point, as if by kill -9, for tests of what a crash leaves behind. Turns are counted from
 * the call of the answer on. Throws when there is no such point.
 */
export function chooseCrashPoint(specification: string): () => void {
  const [wanted, turn = ''] = specification.split(':');
  const point = crashPoints.find((name) => name === wanted);
  if (!point || !/^[1-9]\d*$/.test(turn)) throw new Error(`there is no crash point ${specification}`);
  const choice = { point, turnsLeft: Number(turn), isCounting: false };
  chosen = choice;
  return () => {
    choice.isCounting = true;
  };
}

/** Whether this process is to die at one of these, so that nobody has to look for them otherwise. */
export function isChosen(point: Point): boolean {
  return chosen?.point === point;
}

/** Does nothing unless this point was chosen. */
export function crashPoint(point: Point): void {
  if (chosen?.point !== point || !chosen.isCounting) return;
  chosen.turnsLeft -= 1;
  if (chosen.turnsLeft === 0) process.kill(process.pid, 'SIGKILL');
}
