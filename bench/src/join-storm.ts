import os from 'node:os';
import pg from 'pg';
import { MeasuredServer } from './orders/measured-server.ts';
import { bundleServer } from './orders/server-bundle.ts';
import { type BenchResult, benchResult, median } from './result.ts';
import { RoomProcess, StormProcess } from './room-fanout/show-process.ts';
import type { Landed } from './room-fanout/storm.ts';

const sockets = 5000;
const rounds = 3;
const targetTimes = 1.3;
const maxCountFramesPerSecond = 1;

interface Measured extends Landed {
  usPerJoin: number;
  /** Whether everybody shows the number of distinct people, soon after the last one came. */
  isExact: boolean;
}

/**
 * 5,000 sockets of some hundred signed-in people join one room as fast as they can: CPU of the whole server for each,
 * from the handshake with its token to the snapshot of the room, beside a Socket.IO server that only lets them connect
 * and acknowledges. Nobody may be told the count more than once a second, and the last count must be right.
 */
export default async function run(): Promise<BenchResult> {
  const program = await bundleServer();
  const ours: Measured[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await joinOurs(program));
    bare.push(await connectBare());
    console.error(JSON.stringify({ round, ours: ours.at(-1), bare: bare.at(-1) }));
  }
  const isExact = ours.every((each) => each.isExact);
  const countFramesPerSecond = Math.max(...ours.map((each) => each.countFramesPerSecond));
  const result = benchResult({
    name: 'join-storm',
    metric: `server CPU per join, ${sockets} signed-in sockets at once`,
    value: median(ours.map(({ usPerJoin }) => usPerJoin)),
    unit: 'us CPU/join',
    peer: { name: 'socket.io 4.8.3, connecting alone', value: median(bare) },
    target: targetTimes,
    direction: 'lower',
    details: {
      isExact,
      countFramesPerSecond,
      tookMs: median(ours.map(({ tookMs }) => tookMs)),
      loadAverage: os.loadavg()[0],
    },
  });
  return { ...result, pass: result.pass && isExact && countFramesPerSecond <= maxCountFramesPerSecond };
}

interface Facts {
  url: string;
  databaseUrl: string;
  tokens: string[];
}

async function joinOurs(program: string): Promise<Measured> {
  await using server = await MeasuredServer.start<Facts>(program);
  const { url, databaseUrl, tokens } = server.facts;
  const streamId = await openShow(databaseUrl);
  using storm = new StormProcess();
  const before = await server.cpuUs();
  const landed = await storm.land({ port: Number(new URL(url).port), streamId, count: sockets, tokens });
  const usPerJoin = ((await server.cpuUs()) - before) / sockets;
  const people = Math.min(tokens.length, sockets);
  return { ...landed, usPerJoin, isExact: landed.shownCounts.every((shown) => shown === people) };
}

async function openShow(databaseUrl: string): Promise<string> {
  const database = new pg.Client(databaseUrl);
  await database.connect();
  const { rows } = await database.query<{ id: string }>(
    `insert into streams (id, shop_id, title, status, provider, media)
     select gen_random_uuid(), id, 'Storm', 'ready', 'embedded', '{"id":"storm"}' from shops limit 1 returning id`,
  );
  await database.end();
  return rows[0]?.id ?? '';
}

async function connectBare(): Promise<number> {
  using room = await RoomProcess.start('receive');
  using storm = new StormProcess();
  const before = await room.effort();
  await storm.land({ port: room.port, streamId: '', count: sockets, tokens: [] });
  return ((await room.effort()).cpuUs - before.cpuUs) / sockets;
}
