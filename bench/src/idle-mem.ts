import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Platform } from './cluster/platform.ts';
import { type BenchResult, benchResult, median } from './result.ts';
import { RoomProcess, StormProcess } from './room-fanout/show-process.ts';

const sockets = 10_000;
const rounds = 2;
const targetTimes = 1;
const settleMs = 5000;

/**
 * Memory that the whole server holds for each of 10,000 guests who joined a room and do nothing, beside a Socket.IO
 * server that holds as many in a room of its own.
 */
export default async function run(): Promise<BenchResult> {
  const ours: number[] = [];
  const plain: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await measureOurs());
    plain.push(await measurePlain());
    console.error(JSON.stringify({ round, ours: ours.at(-1), plain: plain.at(-1) }));
  }
  return benchResult({
    name: 'idle-mem',
    metric: `resident memory per idle viewer, ${sockets} in a room`,
    value: median(ours),
    unit: 'kB/viewer',
    peer: { name: 'socket.io 4.8.3, join(room)', value: median(plain) },
    target: targetTimes,
    direction: 'lower',
    details: { rounds: { ours, plain }, loadAverage: os.loadavg()[0] },
  });
}

async function measureOurs(): Promise<number> {
  await using platform = await Platform.open();
  await using node = await platform.startNode('alone');
  const body = { email: 'sahil@example.test', password: 'a long secret of sahil', displayName: 'Sahil' };
  const shop = { name: 'Sahil Silks', handle: 'sahil' };
  const { accessToken } = await node.post<{ accessToken: string }>('/auth/register', { ...body, shop });
  const { id } = await node.post<{ id: string }>('/streams', { title: 'Idle' }, accessToken);
  using storm = new StormProcess();
  const before = await node.metric('process_resident_memory_bytes');
  await storm.land({ port: node.port, streamId: id, count: sockets, tokens: [] });
  await delay(settleMs);
  return ((await node.metric('process_resident_memory_bytes')) - before) / 1024 / sockets;
}

async function measurePlain(): Promise<number> {
  using room = await RoomProcess.start('default');
  using storm = new StormProcess();
  const before = await room.effort();
  await storm.land({ port: room.port, streamId: '', count: sockets, tokens: [] });
  await delay(settleMs);
  return ((await room.effort()).rssBytes - before.rssBytes) / 1024 / sockets;
}
