import { describe, expect, test } from 'vitest';
import { EncoderDrift } from './encoder-drift';

const PACKET_US = 20_000;

/** An hour of packets from an encoder that counts samples, of a microphone whose clock is off by so much. */
function corrections(clockError: number, jitterUs = 0): number[] {
  const drift = new EncoderDrift();
  return Array.from({ length: 180_000 }, (_, i) => {
    const packetEndUs = (i + 1) * PACKET_US;
    // Data come in lumps of 10 ms and with the jitter of a computer that is at work.
    const inputEndUs =
      packetEndUs * (1 + clockError) + (i % 2) * 10_000 + ((i * 7919) % 1_000) * (jitterUs / 1_000);
    return drift.correctionMs(inputEndUs, packetEndUs);
  });
}

const most = (values: number[]) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);

describe('the time of encoded sound', () => {
  test('is left alone where both clocks agree', () => {
    expect(most(corrections(0, 8_000))).toBeLessThan(3);
  });

  test.each([1e-4, -1e-4])('follows a microphone whose clock is off by %d', (clockError) => {
    const followed = corrections(clockError, 8_000);
    const wanted = 3_600_000 * clockError;
    expect(Math.abs((followed.at(-1) ?? 0) - wanted)).toBeLessThan(10);
    // Never by a jump: no more than is inaudible from packet to packet.
    const steps = followed.slice(1).map((each, i) => each - (followed[i] ?? each));
    expect(most(steps)).toBeLessThan(0.5);
  });
});
