import { acknowledgements, clientEvents, durableEvents, SocketError, serverEvents } from '@vybekart/contract';
import { z } from 'zod';
import { SchemaComponents } from './schema-components.ts';

const channel = { $ref: '#/channels/streams' };
const acknowledgementOf = (event: string) => `${event}.acknowledgement`;

/**
 * AsyncAPI 3.0 of the Socket.IO namespace `/streams` (asyncapi.com/docs/reference/specification/v3.0.0): what the
 * server receives, with its acknowledgements as replies, and what it sends.
 */
export function asyncApiDocument(serverUrl: string) {
  const refusal = z.object({ ok: z.literal(false), error: SocketError });
  const answers = Object.entries(acknowledgements).map(
    ([event, answer]) => [event, z.union([answer.extend({ ok: z.literal(true) }), refusal])] as const,
  );
  const sent = [...Object.values(serverEvents), ...answers.map(([, answer]) => answer)];
  const components = new SchemaComponents(sent);
  const message = (name: string, title: string, schema: z.ZodType, direction: 'input' | 'output') => ({
    name,
    title,
    contentType: 'application/json',
    payload: components.describe(schema, direction),
  });
  const messages = {
    ...Object.fromEntries(
      Object.entries(clientEvents).map(([event, payload]) => [
        received(event),
        message(event, `${event}, from a client`, payload, 'input'),
      ]),
    ),
    ...Object.fromEntries(
      answers.map(([event, answer]) => [
        acknowledgementOf(event),
        message(acknowledgementOf(event), `What ${event} is acknowledged with`, answer, 'output'),
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(serverEvents).map(([event, payload]) => [
        event,
        message(event, Object.hasOwn(durableEvents, event) ? `${event}, durable` : event, payload, 'output'),
      ]),
    ),
  };
  const inChannel = (name: string) => ({ $ref: `#/channels/streams/messages/${name}` });
  const { protocol, host } = new URL(serverUrl);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'VybeKart rooms',
      version: '1',
      description:
        'Socket.IO 4, websocket or polling. The access token travels as `auth.token` of the handshake; guests send none. ' +
        'Durable events carry a gap-free `seq`; after a gap, `join_room` with `afterSeq` answers what was missed.',
    },
    servers: {
      rooms: { host, protocol: protocol === 'https:' ? 'wss' : 'ws', pathname: '/socket.io/' },
    },
    channels: {
      streams: {
        address: '/streams',
        description: 'The namespace of all rooms; `join_room` says which one.',
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    operations: {
      ...Object.fromEntries(
        Object.keys(clientEvents).map((event) => [
          received(event),
          {
            action: 'receive',
            channel,
            messages: [inChannel(received(event))],
            reply: { channel, messages: [inChannel(acknowledgementOf(event))] },
          },
        ]),
      ),
      ...Object.fromEntries(
        Object.keys(serverEvents).map((event) => [
          `send.${event}`,
          { action: 'send', channel, messages: [inChannel(event)] },
        ]),
      ),
    },
    components: { messages, schemas: components.schemas },
  };
}

/** Some names go both ways with different payloads: `pin_product` asks, and tells. */
const received = (event: string) => `receive.${event}`;
