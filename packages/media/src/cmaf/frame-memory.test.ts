import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameMemory } from './frame-memory.ts';

test('frames hold their bytes until they are released, whatever their number and lengths', () => {
  const step = fc.oneof(fc.integer({ min: 0, max: 120_000 }), fc.constant('release' as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const memory = new FrameMemory();
      const held: { kept: Buffer; mark: number; length: number }[] = [];
      for (const [mark, length] of steps.entries()) {
        if (length === 'release') {
          const oldest = held.shift();
          if (oldest) memory.release(oldest.kept);
        } else {
          held.push({ kept: memory.keep(Buffer.alloc(length, mark)), mark, length });
        }
        for (const { kept, mark, length } of held) {
          if (!kept.equals(Buffer.alloc(length, mark))) throw new Error(`frame ${mark} was overwritten`);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('what is kept and released again and again stays in one block', () => {
  const memory = new FrameMemory();
  const queue: Buffer[] = [];
  const blocks = new Set<ArrayBufferLike>();
  for (let frame = 0; frame < 1_000; frame++) {
    const kept = memory.keep(Buffer.alloc(10_000 + (frame % 25 === 0 ? 30_000 : 0), frame));
    blocks.add(kept.buffer);
    queue.push(kept);
    if (queue.length > 10) memory.release(queue.shift() ?? kept);
  }
  expect(blocks.size).toBe(1);
});
