/** The address under which browsers reach this server, known once it listens (or set by PUBLIC_URL). */
export class PublicAddress {
  #url: string | undefined;

  constructor(configured: string | null) {
    this.#url = configured ?? undefined;
  }

  /** Called when the port is bound; a configured address stays. */
  listening(port: number, host: string): void {
    const shown = ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(host) ? 'localhost' : host;
    this.#url ??= `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
  }

  /** Without a slash at its end. */
  get url(): string {
    if (!this.#url) throw new Error('the public address is known only when the server listens');
    return this.#url;
  }

  /** Host name alone, which RTMP publishers use too. */
  get hostname(): string {
    return new URL(this.url).hostname;
  }
}
