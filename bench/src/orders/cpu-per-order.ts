import { median } from '../result.ts';
import type { OrderTurn } from './shop-server.ts';

/** Where the CPU of an order goes, in microseconds, and what sent the orders: medians of the turns. */
export function cpuPerOrder(turns: readonly OrderTurn[]) {
  const databaseCpuUs = turns.flatMap((turn) => turn.databaseCpuUs ?? []);
  return {
    serverCpuUsPerOrder: Math.round(median(turns.map((turn) => turn.serverCpuUs))),
    databaseCpuUsPerOrder: databaseCpuUs.length > 0 ? Math.round(median(databaseCpuUs)) : undefined,
    loadCpuUsPerOrder: Number(median(turns.map((turn) => turn.loadCpuUs)).toFixed(1)),
    load: turns[0]?.load,
  };
}
