import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { webDir } from '../paths.ts';

/** The paths that belong to the web app (protocol, common rules); everything else is REST. */
const appPaths = [
  '/',
  '/live/*',
  '/replay/*',
  '/shop/*',
  '/studio',
  '/studio/*',
  '/account',
  '/account/*',
  '/checkout/*',
];

/** Serves the built web app: one page for every app path, and its hashed assets for ever. */
export async function serveWebApp(
  fastify: FastifyInstance,
  options: { contentOrigins: readonly string[]; needsWebAssembly: boolean },
): Promise<void> {
  const indexFile = path.join(webDir, 'index.html');
  if (!existsSync(indexFile)) return;
  const page = readFileSync(indexFile);
  const policy = contentSecurityPolicy(options);
  for (const appPath of appPaths) {
    fastify.get(appPath, (_request, reply) =>
      reply
        .header('content-security-policy', policy)
        .header('x-frame-options', 'DENY')
        .header('cache-control', 'no-cache')
        .type('text/html; charset=utf-8')
        .send(page),
    );
  }
  await fastify.register(fastifyStatic, {
    root: path.join(webDir, 'assets'),
    prefix: '/assets/',
    preCompressed: true,
    decorateReply: false,
    index: false,
    immutable: true,
    maxAge: '365d',
  });
  await fastify.register(fastifyStatic, { root: webDir, serve: false });
  for (const name of ['manifest.webmanifest', 'favicon.svg', 'icon.svg', 'icon-192.png', 'icon-512.png']) {
    if (!existsSync(path.join(webDir, name))) continue;
    fastify.get(`/${name}`, (_request, reply) =>
      reply.header('cache-control', 'public, max-age=86400').sendFile(name),
    );
  }
}

/** Stripe.js must come from its own origin (docs.stripe.com/security/guide#content-security-policy). */
function contentSecurityPolicy({
  contentOrigins,
  needsWebAssembly,
}: {
  contentOrigins: readonly string[];
  needsWebAssembly: boolean;
}): string {
  const others = contentOrigins.join(' ');
  const sockets = contentOrigins.map((origin) => origin.replace(/^http/, 'ws')).join(' ');
  return [
    "default-src 'self'",
    `script-src 'self' ${needsWebAssembly ? "'wasm-unsafe-eval' " : ''}https://js.stripe.com`,
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: blob: ${others}`,
    `media-src 'self' blob: ${others}`,
    `connect-src 'self' ${others} ${sockets} https://api.stripe.com`,
    "worker-src 'self' blob:",
    `frame-src 'self' ${others} https://js.stripe.com https://hooks.stripe.com`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "object-src 'none'",
  ].join('; ');
}
