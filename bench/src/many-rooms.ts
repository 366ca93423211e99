import os from 'node:os';
import pg from 'pg';
import { MeasuredServer } from './orders/measured-server.ts';
import { bundleServer } from './orders/server-bundle.ts';
import { type BenchResult, benchResult, median } from './result.ts';
import type { Tapped } from './room-fanout/crowd.ts';
import { CrowdProcess } from './room-fanout/show-process.ts';

const people = 2000;
const manyRooms = 200;
const seconds = 10;
const rounds = 3;
const targetTimes = 1.3;

interface Measured extends Tapped {
  usPerPersonSecond: number;
  isExact: boolean;
}

/**
 * What a viewer costs when the same 2,000 people are in 200 rooms of ten instead of one room: CPU of the whole server
 * while everybody taps a heart a second and is told the hearts of the own room twice a second. The server is given as
 * much in both cases, and gives each of them as much.
 */
export default async function run(): Promise<BenchResult> {
  const program = await bundleServer();
  const many: Measured[] = [];
  const one: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) {
    many.push(await measure(program, manyRooms));
    one.push(await measure(program, 1));
    console.error(JSON.stringify({ round, many: many.at(-1), one: one.at(-1) }));
  }
  const cost = (all: Measured[]) => median(all.map(({ usPerPersonSecond }) => usPerPersonSecond));
  const isExact = [...many, ...one].every((each) => each.isExact);
  const framesEach = (all: Measured[]) => median(all.map(({ frames }) => frames)) / people / seconds;
  const result = benchResult({
    name: 'many-rooms',
    metric: `server CPU per viewer and second, ${people} people in ${manyRooms} rooms`,
    value: cost(many),
    unit: 'us CPU/viewer/s',
    peer: { name: `the same ${people} people in one room`, value: cost(one) },
    target: targetTimes,
    direction: 'lower',
    details: {
      isExact,
      framesPerViewerAndSecond: { many: framesEach(many), one: framesEach(one) },
      rounds: [many, one].map((all) => all.map(({ usPerPersonSecond }) => usPerPersonSecond)),
      loadAverage: os.loadavg()[0],
    },
  });
  return { ...result, pass: result.pass && isExact };
}

interface Facts {
  url: string;
  databaseUrl: string;
  tokens: string[];
}

async function measure(program: string, rooms: number): Promise<Measured> {
  await using server = await MeasuredServer.start<Facts>(program);
  const { url, databaseUrl, tokens } = server.facts;
  const streamIds = await openShows(databaseUrl, rooms);
  using crowd = new CrowdProcess();
  await crowd.join({ port: Number(new URL(url).port), streamIds, tokens: tokens.slice(0, people) });
  const before = await server.cpuUs();
  const tapped = await crowd.tap({ seconds });
  const usPerPersonSecond = ((await server.cpuUs()) - before) / people / seconds;
  return { ...tapped, usPerPersonSecond, isExact: tapped.heartsTold === tapped.heartsSent };
}

/** Each show in a shop of its own. */
async function openShows(databaseUrl: string, count: number): Promise<string[]> {
  const database = new pg.Client(databaseUrl);
  await database.connect();
  const { rows } = await database.query<{ id: string }>(
    `with owners as (
       insert into users (id, email, display_name, password_hash)
       select gen_random_uuid(), 'owner-' || n || '@example.test', 'Owner ' || n, ''
       from generate_series(1, $1::int) as n returning id, email
     ), opened as (
       insert into shops (id, owner_id, handle, name)
       select gen_random_uuid(), id, split_part(email, '@', 1), 'Shop' from owners returning id
     )
     insert into streams (id, shop_id, title, status, provider, media)
     select gen_random_uuid(), id, 'Many', 'ready', 'embedded', jsonb_build_object('id', id)
     from opened returning id`,
    [count],
  );
  await database.end();
  return rows.map(({ id }) => id);
}
