import { Problem, type Route, routes } from '@vybekart/contract';
import { z } from 'zod';
import { SchemaComponents } from './schema-components.ts';

/** OpenAPI 3.1 of the contract's route table; JSON Schema 2020-12 comes from zod itself. */
export function openApiDocument(serverUrl: string) {
  const answers = Object.values(routes).flatMap(({ answer }: Route) => (answer ? [answer] : []));
  const components = new SchemaComponents([Problem, ...answers]);
  const problem = components.describe(Problem, 'output');
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [operationId, definition] of Object.entries(routes)) {
    const route: Route = definition;
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = {
      operationId,
      security: route.access === 'public' ? [] : [{ bearer: [] }],
      parameters: parametersOf(route),
      ...(route.body
        ? {
            requestBody: {
              required: true,
              content: { 'application/json': { schema: components.describe(route.body, 'input') } },
            },
          }
        : {}),
      responses: {
        [route.status]: {
          description: route.answer ? 'The answer' : 'Done',
          ...(route.answer
            ? { content: { [route.produces]: { schema: components.describe(route.answer, 'output') } } }
            : {}),
        },
        default: {
          description: 'A problem of the closed table',
          content: { 'application/problem+json': { schema: problem } },
        },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'VybeKart', version: '1' },
    servers: [{ url: serverUrl }],
    paths,
    components: {
      schemas: components.schemas,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function parametersOf(route: Route): object[] {
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const query = route.query
    ? (z.toJSONSchema(route.query, { io: 'input' }).properties as Record<string, object>)
    : {};
  const inQuery = Object.entries(query).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema,
  }));
  const key = route.idempotent
    ? [
        {
          name: 'Idempotency-Key',
          in: 'header',
          required: true,
          schema: { type: 'string', minLength: 8, maxLength: 255 },
        },
      ]
    : [];
  return [...inPath, ...inQuery, ...key];
}
