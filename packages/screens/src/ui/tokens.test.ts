import { expect, test } from 'vitest';
import { color, festive, tapTarget } from './tokens';

/** Relative luminance and contrast by WCAG 2.2, sections "relative luminance" and "contrast ratio". */
function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = channels.map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ['ground', 'surface', 'raised'] as const;
const texts = ['text', 'muted', 'faint', 'marigold', 'rani', 'leaf', 'danger', 'peacock'] as const;

test.each(texts.flatMap((text) => grounds.map((ground) => [text, ground] as const)))(
  '%s reads on %s at 4.5:1 or more',
  (text, ground) => {
    expect(contrast(color[text], color[ground])).toBeGreaterThanOrEqual(4.5);
  },
);

test('the words on marigold buttons and on the LIVE badge read at 4.5:1 or more', () => {
  expect(contrast(color.onMarigold, color.marigold)).toBeGreaterThanOrEqual(4.5);
  expect(contrast(color.onMarigold, '#FF8A3D')).toBeGreaterThanOrEqual(4.5);
  expect(contrast(color.onLive, color.live)).toBeGreaterThanOrEqual(4.5);
});

test('the large letter on a picture-less cover reads at 3:1 or more at its darker end', () => {
  for (const [, dark] of festive) expect(contrast(color.text, dark)).toBeGreaterThanOrEqual(3);
});

test('a thumb finds every control', () => {
  expect(tapTarget).toBeGreaterThanOrEqual(44);
});
