import { describe, expect, test } from 'vitest';
import { offeredEncodings, sizeWithin } from './encodings';

describe('what a camera picture is encoded as', () => {
  test.each([
    [{ width: 1280, height: 720 }, 720, { width: 1280, height: 720 }],
    [{ width: 1920, height: 1080 }, 720, { width: 1280, height: 720 }],
    [{ width: 1080, height: 1920 }, 480, { width: 480, height: 854 }],
    [{ width: 640, height: 480 }, 720, { width: 640, height: 480 }],
    [{ width: 641, height: 361 }, 720, { width: 642, height: 362 }],
  ])('%o within %i lines', (picture, shortSide, size) => {
    expect(sizeWithin(picture, shortSide)).toEqual(size);
  });

  test('H.264 in 720 lines, else in 480, else VP9', async () => {
    const offered = async (isSupported: (config: VideoEncoderConfig) => boolean) => {
      const encodings = await offeredEncodings({ width: 1280, height: 720 }, async (config) =>
        isSupported(config),
      );
      return encodings.map(({ codec, height }) => `${codec} ${height}`);
    };
    expect((await offered(() => true))[0]).toBe('avc1.42e01f 720');
    expect((await offered(({ height }) => height < 720))[0]).toBe('avc1.42e01f 480');
    expect((await offered(({ codec }) => codec.startsWith('vp09')))[0]).toBe('vp09.00.31.08 720');
    expect(await offered(() => false)).toEqual([]);
  });

  test('a browser that fails to answer does not offer it', async () => {
    expect(
      await offeredEncodings({ width: 640, height: 480 }, async ({ codec }) => {
        if (codec.startsWith('avc')) throw new TypeError('not today');
        return true;
      }),
    ).toHaveLength(2);
  });
});
