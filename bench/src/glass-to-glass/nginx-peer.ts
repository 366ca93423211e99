import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const program = '/usr/sbin/nginx';
const module = '/usr/lib/nginx/modules/ngx_rtmp_module.so';

export const isNginxInstalled = () => existsSync(program) && existsSync(module);

/** nginx-rtmp with fragments of 1 s on these ports, everything it writes below `dir`. */
export async function startNginx(dir: string, ports: { rtmp: number; http: number }): Promise<ChildProcess> {
  await mkdir(path.join(dir, 'hls'), { recursive: true });
  await writeFile(path.join(dir, 'nginx.conf'), configuration(dir, ports));
  const child = spawn(program, ['-p', dir, '-c', path.join(dir, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await once(child, 'spawn');
  return child;
}

function configuration(dir: string, ports: { rtmp: number; http: number }): string {
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `load_module ${module};
${user}
daemon off;
worker_processes 1;
pid ${dir}/nginx.pid;
error_log ${dir}/error.log;
events { worker_connections 256; }
rtmp {
  server {
    listen 127.0.0.1:${ports.rtmp};
    application live {
      live on;
      hls on;
      hls_path ${dir}/hls;
      hls_fragment 1s;
      hls_playlist_length 8s;
    }
  }
}
http {
  access_log off;
  client_body_temp_path ${dir}/body;
  proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi;
  scgi_temp_path ${dir}/scgi;
  types { application/vnd.apple.mpegurl m3u8; video/mp2t ts; }
  server {
    listen 127.0.0.1:${ports.http};
    location / { root ${dir}/hls; add_header Access-Control-Allow-Origin *; add_header Cache-Control no-cache; }
  }
}
`;
}
