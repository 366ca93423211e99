/**
 * Makes the demo show: `node scripts/demo-clip/make.ts [json|stills|clip|all] [--passes 5] [--hold 1]
 * [--chapters 0-5] [--folder path]`. Chapters already in the working folder are not drawn again.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openStage, type Stage } from './browser.ts';
import { checkClip } from './check.ts';
import { avatarFile, coverFile, demoJson, imageFile, PRODUCTS, SHOPS, VIEWS } from './content.ts';
import { encodeClip, encodeLoop, losslessWriter } from './encode.ts';
import { compose } from './music/score.ts';
import { CHAPTER_SECONDS, CHAPTERS, FPS, type ProductKey, TOTAL_SECONDS } from './stage/programme.ts';
import type { StillRequest } from './stage/still.ts';

const ASSETS = join(import.meta.dirname, '../../assets/demo');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    passes: { type: 'string', default: '5' },
    hold: { type: 'string', default: '1' },
    chapters: { type: 'string', default: `0-${CHAPTERS.length - 1}` },
    folder: { type: 'string' },
  },
});
const task = positionals[0] ?? 'all';
const all = task === 'all';
const folder = values.folder ?? (await mkdtemp(join(tmpdir(), 'demo-clip-')));
await mkdir(folder, { recursive: true });

async function stills(stage: Stage): Promise<void> {
  const passes = Number(values.passes) * 4;
  const save = async (file: string, request: StillRequest): Promise<void> => {
    const picture = await stage.still(request);
    await mkdir(join(ASSETS, file, '..'), { recursive: true });
    await writeFile(join(ASSETS, file), picture);
    console.log(`${file}: ${picture.length} bytes`);
  };
  for (const key of Object.keys(PRODUCTS) as ProductKey[]) {
    for (const view of VIEWS) {
      await save(imageFile(key, view), { kind: 'product', key, view, passes, limit: 60_000 });
    }
  }
  for (const shop of SHOPS) {
    await save(avatarFile(shop), { kind: 'avatar', host: shop.host, passes, limit: 30_000 });
    const chapter = CHAPTERS.findIndex(({ key }) => PRODUCTS[key].shop === shop.handle);
    const loft = shop.host === 'sahil';
    await save(coverFile(shop), {
      kind: 'cover',
      chapter,
      passes,
      limit: 90_000,
      lines: loft ? ['Friday', 'Sneaker Drop'] : ['Festive', 'Handlooms'],
      hindi: loft ? 'शुक्रवार की नई खेप' : 'त्योहार के रंग',
    });
  }
}

/** Draws a chapter; `hold` above 1 repeats each picture, for a quick look. */
async function film(stage: Stage, index: number, passes: number, hold: number): Promise<void> {
  const file = join(folder, `chapter-${index}.mkv`);
  if (existsSync(file)) return;
  const writer = losslessWriter(file, FPS);
  const first = index * CHAPTER_SECONDS * FPS;
  let pixels: Buffer | undefined;
  for (let n = 0; n < CHAPTER_SECONDS * FPS; n++) {
    if (!pixels || n % hold === 0) pixels = await stage.frame(first + n, passes);
    await writer.write(pixels);
    if (n % FPS === 0) console.log(`chapter ${index + 1}, second ${n / FPS}`);
  }
  await writer.close();
}

if (all || task === 'json') {
  await mkdir(ASSETS, { recursive: true });
  await writeFile(join(ASSETS, 'demo.json'), demoJson());
}
if (all || task === 'stills' || task === 'clip') {
  await using stage = await openStage();
  if (task !== 'clip') await stills(stage);
  if (task !== 'stills') {
    const [from = 0, to = from] = values.chapters.split('-').map(Number);
    for (let index = from; index <= to; index++) {
      await film(stage, index, Number(values.passes), Number(values.hold));
    }
  }
}
const chapters = CHAPTERS.map((_, i) => join(folder, `chapter-${i}.mkv`));
if ((all || task === 'clip') && chapters.every((file) => existsSync(file))) {
  const target = join(ASSETS, 'show.flv');
  const sound = await encodeLoop(compose().master(), folder);
  await encodeClip(chapters, sound, FPS, folder, target);
  await checkClip(target, TOTAL_SECONDS, FPS);
}
if (!values.folder) await rm(folder, { recursive: true, force: true });
