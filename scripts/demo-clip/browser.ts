/** Serves the stage's modules to a headless Chromium and receives the pixels it draws. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { chromium } from 'playwright-core';
import type { StillRequest } from './stage/still.ts';

export interface Stage {
  /** RGBA pixels of frame `n`, row by row from the top. */
  frame(n: number, passes: number): Promise<Buffer>;
  /** A WebP picture. */
  still(request: StillRequest): Promise<Buffer>;
  [Symbol.asyncDispose](): Promise<void>;
}

const PAGE =
  '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/stage/stage.ts"></script>';

/** Opens the stage; `CHROMIUM` names the browser, /usr/bin/chromium when unset. */
export async function openStage(): Promise<Stage> {
  let deliver: (pixels: Buffer) => void = () => {};
  const server = createServer(async (request, response) => {
    const path = normalize(request.url ?? '/');
    if (request.method === 'POST' && path === '/frame') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      deliver(Buffer.concat(chunks));
      response.end();
    } else if (path === '/') {
      response.setHeader('content-type', 'text/html').end(PAGE);
    } else if (path.startsWith('/stage/')) {
      const source = await readFile(join(import.meta.dirname, path), 'utf8').catch(() => null);
      if (source === null) response.writeHead(404).end();
      else response.setHeader('content-type', 'text/javascript').end(stripTypeScriptTypes(source));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    env: { ...process.env, LIBGL_ALWAYS_SOFTWARE: '1' },
    args: [
      '--no-sandbox',
      '--use-gl=angle',
      '--use-angle=gl-egl',
      '--ignore-gpu-blocklist',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error.message));
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.waitForFunction('globalThis.stage');
  return {
    async frame(n, passes) {
      const pixels = new Promise<Buffer>((resolve) => {
        deliver = resolve;
      });
      await page.evaluate(`stage.frame(${n}, ${passes})`);
      return pixels;
    },
    async still(request) {
      const answer: unknown = await page.evaluate(`stage.still(${JSON.stringify(request)})`);
      return Buffer.from(String(answer), 'base64');
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      server.close();
    },
  };
}
