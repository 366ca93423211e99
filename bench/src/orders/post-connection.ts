import net from 'node:net';

export interface Answer {
  status: number;
  body: string;
  /** From the write of the request to the last byte of the answer. */
  ms: number;
}

/**
 * One keep-alive connection that posts one request after the other. Written on a bare socket, because a full HTTP
 * client would take more of the machine than the server under test. Answers must carry a content-length.
 */
export class PostConnection {
  readonly #socket: net.Socket;
  #received = '';
  #sentMs = 0;
  #waiting: PromiseWithResolvers<Answer> | undefined;

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => this.#take(chunk));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('the server closed the connection')));
  }

  static open(port: number): Promise<PostConnection> {
    const opened = Promise.withResolvers<PostConnection>();
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', opened.reject);
    socket.once('connect', () => opened.resolve(new PostConnection(socket)));
    return opened.promise;
  }

  /** `headers`: lines that end with CRLF, without content-length. `body`: ASCII. */
  post(path: string, headers: string, body: string): Promise<Answer> {
    this.#waiting = Promise.withResolvers<Answer>();
    this.#sentMs = performance.now();
    this.#socket.write(
      `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`,
    );
    return this.#waiting.promise;
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #take(chunk: string): void {
    this.#received = this.#received === '' ? chunk : this.#received + chunk;
    const bodyAt = this.#received.indexOf('\r\n\r\n') + 4;
    if (bodyAt < 4) return;
    const length = Number(/content-length: (\d+)/i.exec(this.#received.slice(0, bodyAt))?.[1]);
    if (this.#received.length < bodyAt + length) return;
    const answer = {
      status: Number(this.#received.slice(9, 12)),
      body: this.#received.slice(bodyAt, bodyAt + length),
      ms: performance.now() - this.#sentMs,
    };
    this.#received = '';
    this.#waiting?.resolve(answer);
  }
}
