export const exportPeriods = ['thisMonth', 'lastMonth', 'last90Days', 'all'] as const;
export type ExportPeriod = (typeof exportPeriods)[number];

const dayMs = 86_400_000;
/** India has one time zone and no summer time. */
const indiaOffsetMs = 5.5 * 3_600_000;

/** The first and last day of a period as `2026-01-31`, in India, today included; `{}` for everything. */
export function daysOf(period: ExportPeriod, nowMs: number): { from?: string; to?: string } {
  const today = new Date(nowMs + indiaOffsetMs);
  const [year, month] = [today.getUTCFullYear(), today.getUTCMonth()];
  switch (period) {
    case 'thisMonth':
      return { from: day(Date.UTC(year, month, 1)), to: day(today.getTime()) };
    case 'lastMonth':
      return { from: day(Date.UTC(year, month - 1, 1)), to: day(Date.UTC(year, month, 0)) };
    case 'last90Days':
      return { from: day(today.getTime() - 89 * dayMs), to: day(today.getTime()) };
    case 'all':
      return {};
  }
}

const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
