import {
  clientEvents,
  durableEvents,
  errorTable,
  type Route,
  routes,
  serverEvents,
} from '@vybekart/contract';
import { type Html, html } from '../platform/html.ts';
import type { asyncApiDocument } from './asyncapi.ts';
import type { openApiDocument } from './openapi.ts';

/** The API on one page for people: every route, event and error, with its schema where there is one. */
export function apiPage(
  openApi: ReturnType<typeof openApiDocument>,
  asyncApi: ReturnType<typeof asyncApiDocument>,
): string {
  const schemas = { ...asyncApi.components.schemas, ...openApi.components.schemas };
  const { messages } = asyncApi.components;
  const event = (name: string, message: string) =>
    entry(html`<code>${name}</code>`, messages[message]?.payload);
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>VybeKart API</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
  summary { padding: .6rem 0; cursor: pointer; overflow-wrap: anywhere; }
  details { border-bottom: 1px solid #8884; }
  pre { overflow-x: auto; padding: .75rem; border-radius: .5rem; background: #8882; font-size: .8rem; }
  table { border-collapse: collapse; display: block; overflow-x: auto; } td, th { padding: .4rem; text-align: start; border-bottom: 1px solid #8884; }
  nav a { display: inline-block; padding: .6rem 1rem .6rem 0; }
</style>
<h1>VybeKart API</h1>
<p>For programs: <a href="/openapi.json">OpenAPI 3.1</a> and <a href="/asyncapi.json">AsyncAPI 3</a>.</p>
<nav><a href="#rest">REST</a><a href="#client">Events from clients</a><a href="#server">Events from the server</a><a
  href="#errors">Errors</a><a href="#schemas">Schemas</a></nav>
<h2 id="rest">REST</h2>
${Object.values(routes).map(routeEntry(openApi))}
<h2 id="client">Events from clients</h2>
${Object.keys(clientEvents).map((name) => event(name, `receive.${name}`))}
<h2 id="server">Events from the server</h2>
<p>Those marked ● are durable: they carry a gap-free <code>seq</code> and are never missed.</p>
${Object.keys(serverEvents).map((name) => event(Object.hasOwn(durableEvents, name) ? `${name} ●` : name, name))}
<h2 id="errors">Errors</h2>
<table><thead><tr><th>code<th>status<th>can a retry help<th>meaning<tbody>
${Object.entries(errorTable).map(
  ([code, { http, retry, title }]) =>
    html`<tr><td><code>${code}</code><td>${http}<td>${retry ? 'yes' : 'no'}<td>${title}`,
)}
</table>
<h2 id="schemas">Schemas</h2>
${Object.entries(schemas).map(([name, schema]) => entry(html`<code id="${name}">${name}</code>`, schema))}
</html>`.text;
}

const routeEntry =
  ({ paths }: ReturnType<typeof openApiDocument>) =>
  (route: Route) => {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    return entry(
      html`<code>${route.method} ${route.path}</code> · ${route.access} · ${route.status}${route.idempotent ? ' · Idempotency-Key' : ''}`,
      paths[path]?.[route.method.toLowerCase()],
    );
  };

const entry = (summary: Html, described: unknown): Html =>
  html`<details><summary>${summary}</summary><pre>${JSON.stringify(described, null, 2)}</pre></details>`;
