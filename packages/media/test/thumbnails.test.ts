import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FakeClock } from './support/fake-clock.ts';
import { startMedia, until } from './support/media-rig.ts';

/** A program that stands in for ffmpeg: `script` is a shell's, `$DIR` its folder. */
async function programOf(script: string): Promise<{ program: string; directory: string }> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'vybekart-thumbnails-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const program = path.join(directory, 'ffmpeg');
  await writeFile(program, `#!/bin/sh\nDIR='${directory}'\n${script}\n`);
  await chmod(program, 0o755);
  return { program, directory };
}

const get = async (url: string) => {
  const response = await fetch(url);
  return { response, body: Buffer.from(await response.arrayBuffer()) };
};

describe('the picture of a live stream', () => {
  test('is taken by ffmpeg from its newest segment', async ({ skip }) => {
    if (spawnSync('ffmpeg', ['-version']).status !== 0) {
      if (process.env.CI) throw new Error('ffmpeg is missing');
      skip('ffmpeg is not installed: no picture was taken');
    }
    const rig = await startMedia({ thumbnails: { ffmpeg: 'ffmpeg' } });
    expect(rig.media.thumbnail('play-k')).toBeNull();
    await rig.publishShow();
    await until('the picture', () => rig.media.thumbnail('play-k') !== null);
    const { response, body } = await get(`${rig.origin}/hls/${rig.media.thumbnail('play-k')}`);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(body.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
    expect(body.subarray(-2)).toEqual(Buffer.from([0xff, 0xd9]));
    rig.media.end('play-k');
    expect(rig.media.thumbnail('play-k')).toBeNull();
  });

  test('is renewed from time to time, with a new address', async () => {
    const { program } = await programOf('cat > /dev/null; echo picture');
    const clock = new FakeClock();
    const rig = await startMedia({ thumbnails: { ffmpeg: program, everyMs: 5_000 }, clock });
    await rig.publishShow();
    await until('the first', () => rig.media.thumbnail('play-k') === 'play-k/thumbnail1.jpg');
    expect((await get(`${rig.origin}/hls/play-k/thumbnail1.jpg`)).body.toString()).toBe('picture\n');
    expect((await get(`${rig.origin}/hls/play-k/thumbnail2.jpg`)).response.status).toBe(404);
    clock.advance(4_999);
    expect(rig.media.thumbnail('play-k')).toBe('play-k/thumbnail1.jpg');
    clock.advance(1);
    await until('the second', () => rig.media.thumbnail('play-k') === 'play-k/thumbnail2.jpg');
    expect((await get(`${rig.origin}/hls/play-k/thumbnail1.jpg`)).response.status).toBe(200);
  });
});

describe('a program that takes pictures', () => {
  test('runs once at a time, however many shows there are', async () => {
    const { program, directory } = await programOf(
      'mkdir "$DIR/busy" || echo twice >> "$DIR/twice"; cat > /dev/null; sleep 0.05; rmdir "$DIR/busy"; echo ok',
    );
    const rig = await startMedia({ thumbnails: { ffmpeg: program } });
    const keys = ['a', 'b', 'c', 'd'];
    for (const key of keys) await rig.publishShow(key);
    await until('all pictures', () => keys.every((key) => rig.media.thumbnail(`play-${key}`) !== null));
    await expect(readFile(path.join(directory, 'twice'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('is killed when it hangs, and the stream does not notice', async () => {
    const { program } = await programOf('exec sleep 60');
    const rig = await startMedia({ thumbnails: { ffmpeg: program, timeoutMs: 100 } });
    await rig.publishShow();
    await until('its end', () => rig.lines.some((line) => line.includes('ended by SIGKILL')));
    expect(rig.media.status('play-k')).toMatchObject({ state: 'live' });
    expect(rig.media.thumbnail('play-k')).toBeNull();
  });

  test('that fails, or floods, gives no picture', async () => {
    const { program } = await programOf('echo "broken pipe dream" >&2; exit 1');
    const rig = await startMedia({ thumbnails: { ffmpeg: program } });
    await rig.publishShow();
    await until('the line', () => rig.lines.some((line) => line.includes('broken pipe dream')));
    const flood = await programOf('cat /dev/zero');
    const other = await startMedia({ thumbnails: { ffmpeg: flood.program } });
    await other.publishShow();
    await until('its end', () => other.lines.some((line) => line.includes('ended by SIGKILL')));
    expect(other.media.thumbnail('play-k')).toBeNull();
  });

  test('that is not installed is looked for once', async () => {
    const rig = await startMedia({ thumbnails: { ffmpeg: '/nowhere/ffmpeg' } });
    await rig.publishShow('a');
    await until('the line', () => rig.lines.some((line) => line.includes('without ffmpeg')));
    await rig.publishShow('b');
    expect(rig.media.status('play-b')).toMatchObject({ state: 'live' });
    expect(rig.lines.filter((line) => line.includes('thumbnail'))).toHaveLength(1);
  });
});
