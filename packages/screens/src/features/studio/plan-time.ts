/** A moment of the next fortnight as a person picks it: in local time, in quarters of an hour. */
export interface PlanTime {
  /** From today, 0 is today. */
  day: number;
  hour: number;
  minute: number;
}

export const planDays = 14;
export const planHours = Array.from({ length: 24 }, (_, hour) => hour);
export const planMinutes = [0, 15, 30, 45];
/** Nobody gathers an audience faster, and the server needs the moment to lie ahead when it hears of it. */
const leadMs = 5 * 60_000;

export function planDate({ day, hour, minute }: PlanTime, now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + day, hour, minute);
}

export function isAhead(time: PlanTime, now: Date): boolean {
  return planDate(time, now).getTime() >= now.getTime() + leadMs;
}

/** Eight in the evening, when most people watch: today's, or tomorrow's when that is over. */
export function firstSuggestion(now: Date): PlanTime {
  const evening = { day: 0, hour: 20, minute: 0 };
  return isAhead(evening, now) ? evening : { ...evening, day: 1 };
}

/** The nearest time that still lies ahead on the day that was picked. */
export function pickedTime(time: PlanTime, now: Date): PlanTime {
  if (isAhead(time, now)) return time;
  const times = planHours.flatMap((hour) => planMinutes.map((minute) => ({ day: time.day, hour, minute })));
  return times.find((each) => isAhead(each, now)) ?? { day: time.day + 1, hour: 0, minute: 0 };
}
