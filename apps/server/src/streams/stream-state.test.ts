import { StreamStatus } from '@vybekart/contract';
import { describe, expect, test } from 'vitest';
import type { MediaState } from '../media/media-provider.ts';
import {
  endedBySeller,
  isLive,
  isOver,
  statusByVideo,
  streamTransitions,
  transitionEvent,
} from './stream-state.ts';

const statuses = StreamStatus.options;

describe('the states of a stream', () => {
  test('each can be reached from an announced show, and each way ends', () => {
    const reached = new Set<StreamStatus>(['scheduled', 'ready']);
    for (const status of reached) {
      for (const next of Object.keys(streamTransitions[status])) reached.add(next as StreamStatus);
    }
    expect([...reached].sort()).toEqual([...statuses].sort());
    for (const status of statuses.filter(isOver)) {
      for (const next of Object.keys(streamTransitions[status]))
        expect(isOver(next as StreamStatus)).toBe(true);
    }
  });

  test('nothing that is over ever becomes live again', () => {
    for (const status of statuses.filter(isOver)) expect(transitionEvent(status, 'live')).toBeUndefined();
  });

  test('only the first video announces the show; coming back only resumes it', () => {
    expect(transitionEvent('ready', 'live')).toBe('stream.live');
    expect(transitionEvent('scheduled', 'live')).toBe('stream.live');
    expect(transitionEvent('interrupted', 'live')).toBe('stream.resumed');
    expect(transitionEvent('live', 'live')).toBeUndefined();
  });

  test('whatever ends a show tells that it ended', () => {
    for (const from of statuses) {
      for (const to of ['ended', 'cancelled', 'expired'] as const) {
        expect([undefined, 'stream.ended']).toContain(transitionEvent(from, to));
      }
    }
  });

  test('the seller ends what is on air, cancels what is not, and cannot end twice', () => {
    expect(endedBySeller('live')).toBe('ended');
    expect(endedBySeller('interrupted')).toBe('ended');
    expect(endedBySeller('ready')).toBe('cancelled');
    expect(endedBySeller('scheduled')).toBe('cancelled');
    expect(statuses.filter((status) => endedBySeller(status) === null)).toEqual(statuses.filter(isOver));
  });
});

describe('the video moves a stream', () => {
  test('to live as soon as it flows, from wherever it waits', () => {
    for (const status of ['scheduled', 'ready', 'interrupted'] as const) {
      expect(statusByVideo(status, 'live', true)).toBe('live');
    }
    expect(statusByVideo('live', 'live', false)).toBeNull();
  });

  test('to interrupted when it stops, and to ended only when the grace is over', () => {
    expect(statusByVideo('live', 'interrupted', false)).toBe('interrupted');
    expect(statusByVideo('live', 'idle', false)).toBe('interrupted');
    expect(statusByVideo('interrupted', 'interrupted', false)).toBeNull();
    expect(statusByVideo('interrupted', 'idle', true)).toBe('ended');
    expect(statusByVideo('live', 'ended', false)).toBe('ended');
  });

  test('never anywhere that the table does not allow', () => {
    const states: MediaState[] = ['idle', 'live', 'interrupted', 'ended'];
    for (const status of statuses) {
      for (const media of states) {
        for (const isGraceOver of [true, false]) {
          const next = statusByVideo(status, media, isGraceOver);
          if (next !== null) expect(transitionEvent(status, next)).toBeDefined();
        }
      }
    }
  });

  test('not while no encoder sends anything: a show that waits keeps waiting', () => {
    for (const status of ['scheduled', 'ready'] as const) {
      for (const media of ['idle', 'interrupted', 'ended'] as const) {
        expect(statusByVideo(status, media, true)).toBeNull();
      }
      expect(isLive(status)).toBe(false);
    }
  });
});
