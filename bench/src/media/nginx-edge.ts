import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../harness/free-port.ts';
import { stop } from '../harness/stop.ts';

const program = '/usr/sbin/nginx';
const page = new URL('../../../docs/video-delivery.md', import.meta.url);

export interface NginxEdge {
  /** `http://127.0.0.1:{port}` */
  url: string;
  /** Requests so far that went to the origin, by URL. */
  originHits(): Promise<Map<string, number>>;
}

/** nginx in front of a video origin, configured as the documentation says; null where it is not installed. */
export async function startNginxEdge(
  origin: string,
  resources: AsyncDisposableStack,
): Promise<NginxEdge | null> {
  if (!existsSync(program)) return null;
  const dir = await mkdtemp(path.join(os.tmpdir(), 'vybekart-edge-'));
  resources.defer(() => rm(dir, { recursive: true, force: true }));
  const port = await freePort();
  await mkdir(path.join(dir, 'cache'));
  await writeFile(path.join(dir, 'nginx.conf'), await configuration(dir, port, origin));
  const child = spawn(program, ['-p', dir, '-c', path.join(dir, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await once(child, 'spawn');
  resources.defer(() => stop(child));
  const url = `http://127.0.0.1:${port}`;
  while (!(await fetch(url).catch(() => null))) {
    if (child.exitCode !== null)
      throw new Error('nginx does not take the configuration of the documentation');
    await delay(50);
  }
  return {
    url,
    originHits: async () => {
      const hits = new Map<string, number>();
      const lines = (await readFile(path.join(dir, 'origin.log'), 'utf8')).split('\n');
      for (const [asked, requested] of lines.map((line) => line.split(' '))) {
        if (asked && asked !== '-' && requested) hits.set(requested, (hits.get(requested) ?? 0) + 1);
      }
      return hits;
    },
  };
}

/** The documented configuration, but for what belongs to a host: ports, names, certificates, directories. */
async function configuration(dir: string, port: number, origin: string): Promise<string> {
  const documented = /```nginx\n([\s\S]*?)```/.exec(await readFile(page, 'utf8'))?.[1];
  if (!documented) throw new Error('the documentation has no nginx configuration');
  const here = documented
    .replace(/listen 443 ssl http2;/, `listen 127.0.0.1:${port};`)
    .replace(/^.*ssl_certificate.*\n/gm, '')
    .replace('/var/cache/nginx/video', `${dir}/cache`)
    .replace('server 10.0.0.11:3000;', `server ${new URL(origin).host};`);
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `${user}
daemon off;
worker_processes 1;
pid ${dir}/nginx.pid;
error_log ${dir}/error.log;
events { worker_connections 2048; }
http {
  log_format origin '$upstream_addr $request_uri';
  access_log ${dir}/origin.log origin;
  client_body_temp_path ${dir}/body;
  proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi;
  scgi_temp_path ${dir}/scgi;
  ${here}
}
`;
}
