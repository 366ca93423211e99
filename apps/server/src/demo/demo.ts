import path from 'node:path';
import { readFlvFile } from '@vybekart/media';
import type { Log } from '../platform/log.ts';
import { demoPassword, signInAs } from './demo-accounts.ts';
import { cutSection } from './demo-clip.ts';
import { type DemoProgramme, readProgramme } from './demo-programme.ts';
import { DemoShow } from './demo-show.ts';
import { DemoStall } from './demo-stall.ts';

export interface DemoOptions {
  /** Where this server answers on this machine. */
  baseUrl: string;
  /** Where it takes RTMP without TLS. */
  rtmpPort: number;
  assetsDir: string;
  dataDir: string;
  log: Log;
}

export interface RunningDemo extends AsyncDisposable {
  /** Who can sign in, for the newcomer. */
  report: string[];
}

const domain = 'demo.vybekart.test';
const buyerEmail = `asha@${domain}`;
const fanNames = ['Priya', 'Rohan', 'Zoya', 'Arjun'];

/**
 * The demo: two shops, and in each a live show that never ends. It is a client like any other, over REST, sockets and
 * RTMP, and knows nothing of the server's inside.
 */
export async function startDemo(options: DemoOptions): Promise<RunningDemo> {
  const programme = await readProgramme(options.assetsDir);
  const password = await demoPassword(options.dataDir);
  const stopping = new AbortController();
  const shows = openShows(options, programme, password);
  const running = shows.then((list) => Promise.all(list.map((show) => show.run(stopping.signal))));
  running.catch((error: unknown) => options.log.error({ err: error }, 'the demo could not start'));
  return {
    report: [
      `demo        sellers ${programme.shops.map((shop) => sellerEmail(shop.handle)).join(', ')}`,
      `            buyer ${buyerEmail}, password of all: ${password}`,
    ],
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running.catch(() => {});
    },
  };
}

const sellerEmail = (handle: string) => `${handle}@${domain}`;

async function openShows(
  options: DemoOptions,
  programme: DemoProgramme,
  password: string,
): Promise<DemoShow[]> {
  const { baseUrl, rtmpPort, assetsDir, log } = options;
  const rtmp = { host: new URL(baseUrl).hostname.replace(/^\[|\]$/g, ''), port: rtmpPort };
  const tags = await readFlvFile(path.join(assetsDir, programme.show.clip));
  await signInAs(baseUrl, { email: buyerEmail, password, displayName: 'Asha' });
  const fans = await Promise.all(
    fanNames.map((name) =>
      signInAs(baseUrl, { email: `${name.toLowerCase()}@${domain}`, password, displayName: name }),
    ),
  );
  const shows: DemoShow[] = [];
  for (const [index, shop] of programme.shops.entries()) {
    const seller = await signInAs(baseUrl, {
      email: sellerEmail(shop.handle),
      password,
      displayName: shop.displayName,
      shop: { name: shop.name, handle: shop.handle },
    });
    const products = programme.products.filter((product) => product.shop === shop.handle);
    const stall = new DemoStall(seller, shop, products, assetsDir);
    const section = cutSection(tags, programme.chapters, shop.part);
    const ownFans = fans.filter((_, fan) => fan % programme.shops.length === index);
    shows.push(new DemoShow(seller, shop, stall, section, ownFans, rtmp, log));
  }
  return shows;
}
