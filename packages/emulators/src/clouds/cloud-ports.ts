import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { listen } from '../listen.ts';
import { readBody } from '../read-body.ts';

/** What an outsider may tell a cloud: `POST /<command>` with a JSON object, answered by `{ result }` or `{ error }`. */
type ControlCommands = Readonly<Record<string, (input: Record<string, unknown>) => unknown>>;
type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const maxCommandBytes = 64 * 1024;

/** The two ports of an emulated cloud: its own, and the one for tests on this machine, which has no lock. */
export class CloudPorts {
  readonly url: string;
  readonly controlUrl: string;
  readonly #servers: readonly Server[];

  private constructor(urls: { url: string; controlUrl: string }, servers: readonly Server[]) {
    this.url = urls.url;
    this.controlUrl = urls.controlUrl;
    this.#servers = servers;
  }

  /** A request whose `answer` rejects loses its connection. */
  static async open(answer: Answer, commands: ControlCommands): Promise<CloudPorts> {
    const cloud = createServer((request, response) => {
      answer(request, response).catch(() => response.destroy());
    });
    const control = createServer((request, response) => obey(commands, request, response));
    const { url } = await listen(cloud, '127.0.0.1', 0);
    const { url: controlUrl } = await listen(control, '127.0.0.1', 0);
    return new CloudPorts({ url, controlUrl }, [cloud, control]);
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }
}

async function obey(
  commands: ControlCommands,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = (status: number, content: object) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(content));
  };
  try {
    const body = await readBody(request, maxCommandBytes);
    const name = (request.url ?? '').slice(1);
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (request.method !== 'POST' || !command || !body) return answer(404, { error: 'no such command' });
    const input = JSON.parse(body.toString() || '{}') as Record<string, unknown>;
    answer(200, { result: command(input) ?? null });
  } catch (error) {
    answer(400, { error: error instanceof Error ? error.message : 'not understood' });
  }
}
