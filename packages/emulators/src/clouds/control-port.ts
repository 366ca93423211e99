import { createServer, type Server } from 'node:http';
import { listen } from '../listen.ts';
import { readBody } from '../read-body.ts';

/** What an outsider may tell a cloud: `POST /<command>` with a JSON object, answered by `{ result }` or `{ error }`. */
export type ControlCommands = Readonly<Record<string, (input: Record<string, unknown>) => unknown>>;

/** Opens the control port of an emulated cloud; it is for tests on this machine and has no lock. */
export async function openControlPort(commands: ControlCommands): Promise<{ server: Server; url: string }> {
  const server = createServer(async (request, response) => {
    const answer = (status: number, content: object) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(content));
    };
    try {
      const body = await readBody(request, 64 * 1024);
      const name = (request.url ?? '').slice(1);
      const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
      if (request.method !== 'POST' || !command || !body) return answer(404, { error: 'no such command' });
      const input = JSON.parse(body.toString() || '{}') as Record<string, unknown>;
      answer(200, { result: command(input) ?? null });
    } catch (error) {
      answer(400, { error: error instanceof Error ? error.message : 'not understood' });
    }
  });
  const { url } = await listen(server, '127.0.0.1', 0);
  return { server, url };
}
