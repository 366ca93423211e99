import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const Programme = z.object({
  show: z.object({ clip: z.string() }),
  shops: z
    .array(
      z.object({
        handle: z.string(),
        name: z.string(),
        displayName: z.string(),
        avatar: z.string(),
        cover: z.string(),
        showTitle: z.string(),
        /** The stretch of the clip that is this shop's show; it begins and ends at key frames. */
        part: z.object({ startMs: z.int().min(0), endMs: z.int().positive() }),
      }),
    )
    .min(1),
  products: z.array(
    z.object({
      key: z.string(),
      shop: z.string(),
      title: z.string(),
      description: z.string(),
      images: z.array(z.string()).min(1),
      priceMinor: z.int().positive(),
      variants: z.array(z.object({ title: z.string(), stock: z.int().positive() })).min(1),
    }),
  ),
  chapters: z.array(
    z.object({
      startMs: z.int().min(0),
      endMs: z.int().positive(),
      productKey: z.string(),
      chat: z.array(z.string()),
    }),
  ),
});

/** Shops, products and the chapters of the clip, as `assets/demo/demo.json` tells them. */
export type DemoProgramme = z.infer<typeof Programme>;
export type DemoShop = DemoProgramme['shops'][number];
export type DemoProduct = DemoProgramme['products'][number];
export type DemoChapter = DemoProgramme['chapters'][number];

/** Throws when the file is missing or not of this shape. */
export async function readProgramme(assetsDir: string): Promise<DemoProgramme> {
  return Programme.parse(JSON.parse(await readFile(path.join(assetsDir, 'demo.json'), 'utf8')));
}
