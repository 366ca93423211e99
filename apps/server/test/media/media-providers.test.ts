import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MediaResource, MediaState } from '../../src/media/media-provider.ts';
import { newId } from '../../src/platform/ids.ts';
import { eventually } from '../support/eventually.ts';
import { openIvsRig, openMuxRig } from './cloud-rigs.ts';
import { openEmbeddedRig } from './embedded-rig.ts';
import { type MediaRig, openShop } from './media-rig.ts';
import { realClouds } from './real-clouds.ts';

const providers: Record<string, () => Promise<MediaRig>> = {
  'the embedded media server': openEmbeddedRig,
  'Amazon IVS (emulated)': openIvsRig,
  'Mux (emulated)': openMuxRig,
  ...realClouds(process.env),
};
// Real clouds are in the list only when their keys are in the environment.
console.info(`media providers under contract: ${Object.keys(providers).join(', ')}`);

describe.each(Object.entries(providers))('%s', (_name, open) => {
  let rig: MediaRig;
  beforeAll(async () => {
    rig = await open();
  }, 120_000);
  afterAll(() => rig?.[Symbol.asyncDispose]());

  const provision = async (shopId?: string, isPrivate = false): Promise<MediaResource> =>
    rig.media.provision({
      id: newId(),
      title: 'Show',
      shopId: shopId ?? (await openShop(rig.database)),
      isPrivate,
    });
  const becomes = (resource: MediaResource, ...states: MediaState[]) =>
    eventually(
      states.join(' or '),
      async () => states.includes(await rig.media.status(resource)),
      rig.patienceMs,
    );

  test('gives a show a key and a place to watch, neither of which gives the other away', async () => {
    const { ingest, resource } = await rig.issueKey(await provision());
    expect(ingest.url).toMatch(/^rtmps?:\/\/.+\/(app|live)\/?$/);
    expect(ingest.streamKey.length).toBeGreaterThanOrEqual(20);
    const { url } = rig.media.playback(resource);
    expect(url).toMatch(/^https?:\/\/.+\.m3u8/);
    expect(url).not.toContain(ingest.streamKey);
    expect(JSON.stringify(resource)).not.toContain(ingest.streamKey);
    expect(JSON.parse(JSON.stringify(resource))).toEqual(resource);
    expect(await rig.media.status(resource)).toBe('idle');
    expect(rig.media.videoTime(resource)).toBeNull();
    await rig.media.putMetadata(resource, 'nothing is on air');
    await rig.stop(resource);
  });

  test('is live while video flows, tells so, and serves it', { timeout: 180_000 }, async () => {
    const { ingest, resource } = await rig.issueKey(await provision());
    await rig.publish(ingest);
    await becomes(resource, 'live');
    await eventually(
      'an event',
      () => !rig.hearsEvents || rig.events.some(({ type, id }) => type === 'live' && id === resource.id),
      rig.patienceMs,
    );
    const { url } = rig.media.playback(resource);
    const answer = await eventually(
      'a playlist',
      async () => {
        const response = await fetch(url);
        return response.status === 200 ? response.text() : null;
      },
      rig.patienceMs,
    );
    expect(answer).toContain('#EXTM3U');
    const behindMs = Date.now() - Number(rig.media.videoTime(resource));
    expect(Math.abs(behindMs)).toBeLessThan(5000);
    await rig.media.putMetadata(resource, JSON.stringify({ pdt: new Date().toISOString() }));
    await rig.stop(resource);
  });

  test('sees an encoder leave and come back with its key', { timeout: 180_000 }, async () => {
    const { ingest, resource } = await rig.issueKey(await provision());
    const encoder = await rig.publish(ingest);
    await becomes(resource, 'live');
    await encoder.drop();
    await becomes(resource, 'interrupted', 'idle');
    await eventually('the key to be free again', () => rig.publish(ingest).catch(() => null), rig.patienceMs);
    await becomes(resource, 'live');
    await rig.stop(resource);
  });

  test('takes no encoder with an older key once there is a newer one', { timeout: 180_000 }, async () => {
    const first = await rig.issueKey(await provision());
    const encoder = await rig.publish(first.ingest);
    await becomes(first.resource, 'live');
    const second = await rig.issueKey(first.resource);
    expect(second.ingest.streamKey).not.toBe(first.ingest.streamKey);
    await eventually('the old one is cut', async () => !(await encoder.isConnected()), rig.patienceMs);
    await expect(rig.publish(first.ingest)).rejects.toThrow();
    await eventually(
      'room for the new one',
      () => rig.publish(second.ingest).catch(() => null),
      rig.patienceMs,
    );
    await becomes(second.resource, 'live');
    await rig.stop(second.resource);
  });

  test('ends a show for good, however often it is told to', { timeout: 180_000 }, async () => {
    const { ingest, resource } = await rig.issueKey(await provision());
    const encoder = await rig.publish(ingest);
    await becomes(resource, 'live');
    await rig.stop(resource);
    await eventually('the encoder is cut', async () => !(await encoder.isConnected()), rig.patienceMs);
    // An encoder dials in again at once; it must not get through.
    await delay(500);
    expect(await encoder.isConnected()).toBe(false);
    await expect(rig.publish(ingest)).rejects.toThrow();
    await becomes(resource, 'idle', 'ended');
    await rig.stop(resource);
  });

  test('keeps what was on air as a recording until it is deleted', { timeout: 300_000 }, async () => {
    const { ingest, resource } = await rig.issueKey(await provision());
    const startedAtMs = Date.now();
    await rig.publish(ingest);
    await becomes(resource, 'live');
    await delay(1500);
    await rig.stop(resource);
    const endedAt = new Date();
    const recording = await eventually(
      'the recording',
      () => rig.media.recording(resource, endedAt),
      rig.patienceMs * 3,
    );
    expect(Math.abs(recording.startedAt.getTime() - startedAtMs)).toBeLessThan(rig.patienceMs);
    expect(recording.durationMs).toBeGreaterThan(500);
    const sum = recording.stretches.reduce((total, { durationMs }) => total + durationMs, 0);
    expect(Math.abs(sum - recording.durationMs)).toBeLessThan(100);
    const playlist = await fetch(recording.url);
    expect([playlist.status, await playlist.text()]).toEqual([200, expect.stringContaining('#EXTM3U')]);
    await rig.media.deleteRecording(resource, endedAt);
    await rig.media.deleteRecording(resource, endedAt);
    expect(await rig.media.recording(resource, endedAt)).toBeNull();
  });

  test('keeps two shows of a seller apart, the one after the other', { timeout: 300_000 }, async () => {
    const shopId = await openShop(rig.database);
    const older = await rig.issueKey(await provision(shopId));
    const encoder = await rig.publish(older.ingest);
    await becomes(older.resource, 'live');
    // The older one is over; its end has not reached the provider when the newer one begins.
    const olderEndedAt = new Date();
    const newer = await rig.issueKey(await provision(shopId));
    expect(await rig.media.status(newer.resource)).toBe('idle');
    if (!rig.media.hasKeyPerShow) {
      expect(newer.resource.id).toBe(older.resource.id);
      await eventually('the older one is cut', async () => !(await encoder.isConnected()), rig.patienceMs);
      await expect(rig.publish(older.ingest)).rejects.toThrow();
    } else {
      await rig.stop(older.resource);
    }
    await eventually('room for the newer', () => rig.publish(newer.ingest).catch(() => null), rig.patienceMs);
    await becomes(newer.resource, 'live');
    await delay(1500);
    await rig.stop(newer.resource);
    const newerEndedAt = new Date();
    const [first, second] = await Promise.all(
      [
        { resource: older.resource, endedAt: olderEndedAt },
        { resource: newer.resource, endedAt: newerEndedAt },
      ].map(({ resource, endedAt }) =>
        eventually('a recording', () => rig.media.recording(resource, endedAt), rig.patienceMs * 3),
      ),
    );
    expect(first?.url).not.toBe(second?.url);
    expect(Number(first?.startedAt)).toBeLessThan(Number(second?.startedAt));
    for (const { resource } of [older, newer]) await rig.media.deleteRecording(resource, newerEndedAt);
  });

  test('opens a private show to nobody without its own address', { timeout: 180_000 }, async () => {
    const shopId = await openShop(rig.database);
    if (!rig.media.canBePrivate) {
      await expect(provision(shopId, true)).rejects.toThrow('private');
      return;
    }
    const open = await provision(shopId);
    const { ingest, resource } = await rig.issueKey(await provision(shopId, true));
    expect(resource.id).not.toBe(open.id);
    await rig.publish(ingest);
    await becomes(resource, 'live');
    const statusOf = async (address: string) => {
      const response = await fetch(address);
      await response.arrayBuffer();
      return response.status;
    };
    const { url } = rig.media.playback(resource);
    await eventually('a playlist', async () => (await statusOf(url)) === 200, rig.patienceMs);
    const bare = url.replace(/\/s-\d+-[\w-]{22}|\?token=.*$/, '');
    expect(bare).not.toBe(url);
    for (const stranger of [bare, bare + new URL(rig.media.playback(open).url).search]) {
      expect([401, 403]).toContain(await statusOf(stranger));
    }
    await rig.stop(resource);
  });
});
