import os from 'node:os';
import { type Node, Platform } from './cluster/platform.ts';
import { type BenchResult, benchResult, median } from './result.ts';
import type { Heard } from './room-fanout/show.ts';
import { ShowProcess } from './room-fanout/show-process.ts';

const viewersPerNode = 2000;
/** As many as may register at once from one address, the seller among them; each may say one thing a second. */
const speakers = 19;
const messagesPerSecond = 15;
const seconds = 10;
const rounds = 3;
const targetTimes = 1.3;

interface Measured extends Heard {
  /** Of all nodes together. */
  cpuUsPerDelivery: number;
  /** Messages that shared an entry in Redis; 0 without Redis. */
  messagesPerBatch: number;
  batchesPerSecond: number;
}

interface People {
  sellerToken: string;
  tokens: string[];
}

/**
 * How much later a message reaches everybody when an audience is on two nodes with Redis between them, with half of the
 * speakers on each, than when one node without Redis has the same audience, in the same run and on the same cores: what
 * adding a node changes. One with as many viewers as each of the two is measured beside it; it has half of the work.
 * Real servers, real PostgreSQL, the stock wire.
 */
export default async function run(): Promise<BenchResult> {
  await using platform = await Platform.open();
  let people: People | undefined;
  const show = async (nodeCount: number, viewers: number): Promise<Measured> => {
    await using nodes = new AsyncDisposableStack();
    const running: Node[] = [];
    for (let index = 0; index < nodeCount; index += 1) {
      running.push(nodes.use(await platform.startNode(nodeCount === 1 ? 'alone' : 'one of several')));
    }
    people ??= await register(running[0] as Node);
    // Awaited here: the nodes go when this function ends.
    return await measure(running, people, viewers);
  };
  const two: Measured[] = [];
  const half: Measured[] = [];
  const whole: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) {
    half.push(await show(1, viewersPerNode));
    two.push(await show(2, viewersPerNode));
    whole.push(await show(1, 2 * viewersPerNode));
    console.error(JSON.stringify({ round, two: two.at(-1), half: half.at(-1), whole: whole.at(-1) }));
  }
  const of = (all: Measured[], name: keyof Measured) => median(all.map((each) => each[name]));
  const result = benchResult({
    name: 'cluster-fanout',
    metric: `p99 from writing a message to reading it, two nodes with ${viewersPerNode} viewers each`,
    value: of(two, 'p99Ms'),
    unit: 'ms',
    peer: { name: `one node with all ${2 * viewersPerNode}`, value: of(whole, 'p99Ms') },
    target: targetTimes,
    direction: 'lower',
    details: {
      messagesPerSecond,
      p50Ms: of(two, 'p50Ms'),
      messagesPerBatch: of(two, 'messagesPerBatch'),
      batchesPerSecond: of(two, 'batchesPerSecond'),
      cpuUsPerDelivery: of(two, 'cpuUsPerDelivery'),
      completeShare: Math.min(...two.map(({ completeShare }) => completeShare)),
      oneNode: summary(whole),
      oneNodeWithHalf: summary(half),
      timesHalfTheAudience: of(two, 'p99Ms') / of(half, 'p99Ms'),
      rounds: { two: two.map(({ p99Ms }) => p99Ms), one: whole.map(({ p99Ms }) => p99Ms) },
      loadAverage: os.loadavg()[0],
    },
  });
  return { ...result, pass: result.pass && two.every(({ completeShare }) => completeShare === 1) };
}

function summary(all: Measured[]) {
  const of = (name: keyof Measured) => median(all.map((each) => each[name]));
  return { p50Ms: of('p50Ms'), p99Ms: of('p99Ms'), cpuUsPerDelivery: of('cpuUsPerDelivery') };
}

async function register(node: Node): Promise<People> {
  const signUp = async (name: string, shop?: object) => {
    const body = {
      email: `${name}@example.test`,
      password: `a long secret of ${name}`,
      displayName: name,
      shop,
    };
    return (await node.post<{ accessToken: string }>('/auth/register', body)).accessToken;
  };
  const sellerToken = await signUp('sahil', { name: 'Sahil Silks', handle: 'sahil' });
  const tokens = [];
  for (let index = 0; index < speakers; index += 1) tokens.push(await signUp(`speaker-${index}`));
  return { sellerToken, tokens };
}

async function measure(nodes: readonly Node[], people: People, viewers: number): Promise<Measured> {
  const [node] = nodes as [Node];
  const stream = await node.post<{ id: string }>('/streams', { title: 'Cluster' }, people.sellerToken);
  using load = new ShowProcess();
  try {
    await load.join({
      ports: nodes.map(({ port }) => port),
      streamId: stream.id,
      viewersPerNode: viewers,
      speakers: people.tokens,
      sampleEvery: 20,
    });
    const sum = async (name: string) => {
      const values = await Promise.all(nodes.map((each) => each.metric(name)));
      return values.reduce((total, value) => total + value, 0);
    };
    const figures = async () => ({
      cpuSeconds: await sum('process_cpu_seconds_total'),
      batches: await sum('vybekart_node_bus_batches_total'),
      messages: await sum('vybekart_node_bus_messages_total'),
    });
    const before = await figures();
    const heard = await load.talk({ messagesPerSecond, seconds });
    const after = await figures();
    const batches = after.batches - before.batches;
    const deliveries = heard.sent * viewers * nodes.length;
    return {
      ...heard,
      cpuUsPerDelivery: ((after.cpuSeconds - before.cpuSeconds) * 1e6) / deliveries,
      messagesPerBatch: batches > 0 ? (after.messages - before.messages) / batches : 0,
      batchesPerSecond: batches / seconds,
    };
  } finally {
    await node.post(`/streams/${stream.id}/end`, {}, people.sellerToken);
  }
}
