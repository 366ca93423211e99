/** Packets over which the usual distance is found, and then watched: one second and about ten. */
const TO_BEGIN = 50;
const WEIGHT = 1 / 500;

/**
 * An encoder of sound may count its samples from the first timestamp on, and a microphone's clock is never exactly the
 * computer's: after an hour the sound would stand beside the picture. This watches how far the packets fall behind what
 * was put in, beyond the usual.
 */
export class EncoderDrift {
  #packets = 0;
  #usualUs = 0;
  #nowUs = 0;

  /**
   * `inputEndUs`: where the newest data put in ended; `packetEndUs`: where the packet that came out says it ends.
   * Answers what its time has to be moved by, in milliseconds.
   */
  correctionMs(inputEndUs: number, packetEndUs: number): number {
    const distanceUs = inputEndUs - packetEndUs;
    this.#packets += 1;
    if (this.#packets <= TO_BEGIN) {
      this.#usualUs += (distanceUs - this.#usualUs) / this.#packets;
      this.#nowUs = this.#usualUs;
      return 0;
    }
    this.#nowUs += (distanceUs - this.#nowUs) * WEIGHT;
    return (this.#nowUs - this.#usualUs) / 1_000;
  }
}
