import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { seeded } from '../../../../packages/client/test/seeded.ts';
import { eventually } from '../support/eventually.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';
import { Tab } from './tab.ts';

let server: TestServer;
let asha: Person;
let streamId: string;
let tabs: Tab[];

beforeAll(async () => {
  server = await startServer();
  const seller = await server.registerSeller();
  asha = await server.register('Asha');
  streamId = (await seller.api.call('createStream', { body: { title: 'Sneakers' } })).id;
});
beforeEach(() => {
  tabs = [];
});
afterEach(() => {
  for (const tab of tabs) {
    expect(tab.strange).toEqual([]);
    tab.close();
  }
});
afterAll(() => server.close());

async function open(person?: Person): Promise<Tab> {
  const tab = await (person ? Tab.of(server.url, person) : Tab.open(server.url));
  tabs.push(tab);
  return tab;
}

describe('bad input', () => {
  let tab: Tab;
  beforeEach(async () => {
    tab = await open(asha);
    await tab.do('join_room', { streamId });
  });

  const id = '019a0000-0000-7000-8000-000000000000';
  const good = { clientMsgId: '019a0000-0000-7000-8000-00000000000a', text: 'hello' };
  test.each<[string, string, unknown]>([
    ['join_room', 'no stream', {}],
    ['join_room', 'a number', { streamId: 7 }],
    ['join_room', 'an array', { streamId: [id] }],
    ['join_room', 'a prototype', { streamId: '__proto__' }],
    ['join_room', 'a negative seq', { streamId: id, afterSeq: -1 }],
    ['join_room', 'a seq beyond all integers', { streamId: id, afterSeq: 1e18 }],
    ['join_room', 'a seq of text', { streamId: id, afterSeq: 'x' }],
    ['join_room', 'a field that does not exist', { streamId: id, isAdmin: true }],
    ['join_room', 'text instead of an object', 'room'],
    ['join_room', 'null', null],
    ['join_room', 'an array instead of an object', []],
    ['send_message', 'no text', { clientMsgId: good.clientMsgId }],
    ['send_message', 'empty text', { ...good, text: '' }],
    ['send_message', 'blanks', { ...good, text: ' \u200b ' }],
    ['send_message', '301 characters', { ...good, text: '👍🏽'.repeat(301) }],
    ['send_message', 'a tower of combining marks', { ...good, text: `a${'\u0301'.repeat(1000)}` }],
    ['send_message', 'a control character', { ...good, text: 'a\u0000b' }],
    ['send_message', 'a bidirectional override', { ...good, text: 'a\u202eb' }],
    ['send_message', 'two lines', { ...good, text: 'a\nb' }],
    ['send_message', 'a number', { ...good, text: 7 }],
    ['send_message', 'bytes', { ...good, text: Buffer.from('hello') }],
    ['send_message', 'an id that is none', { ...good, clientMsgId: '1' }],
    ['send_likes', 'none', { count: 0 }],
    ['send_likes', 'a negative count', { count: -5 }],
    ['send_likes', 'half a heart', { count: 1.5 }],
    ['send_likes', 'a billion', { count: 1e9 }],
    ['send_likes', 'not a number', { count: Number.NaN }],
    ['heartbeat', 'a latency below zero', { videoLatencyMs: -1 }],
    ['pin_product', 'no product', {}],
    ['delete_message', 'no message', {}],
    ['delete_message', 'a prototype', { messageId: '__proto__' }],
    ['delete_message', 'a reason of 201 characters', { messageId: id, reason: 'x'.repeat(201) }],
    ['timeout_user', 'nobody', { seconds: 300 }],
    ['timeout_user', 'a person who is a list', { userId: [id], seconds: 300 }],
    ['timeout_user', 'no time', { userId: id }],
    ['timeout_user', 'a time of text', { userId: id, seconds: '300' }],
    ['timeout_user', 'a time below a minute', { userId: id, seconds: 59 }],
    ['timeout_user', 'more than a week', { userId: id, seconds: 604_801 }],
    ['timeout_user', 'half a second', { userId: id, seconds: 300.5 }],
    ['ban_user', 'nobody', {}],
    ['ban_user', 'a name', { userId: 'Asha' }],
    ['ban_user', 'a huge reason', { userId: id, reason: 'x'.repeat(10_000) }],
    ['ban_user', 'a reason that is an object', { userId: id, reason: { toString: 'x' } }],
    ['ban_user', 'a deletion of text', { userId: id, deleteMessages: 'yes' }],
    ['ban_user', 'a field that does not exist', { userId: id, role: 'seller' }],
    ['unban_user', 'nobody', {}],
    ['unban_user', 'a prototype', { userId: 'constructor' }],
    ['send_message', 'an answer to nothing', { ...good, replyTo: null }],
    ['send_message', 'an answer to a prototype', { ...good, replyTo: '__proto__' }],
    ['send_message', 'a kind that does not exist', { ...good, kind: 'system' }],
    ['set_chat_mode', 'a negative time', { slowModeSeconds: -1 }],
    ['set_chat_mode', 'more than an hour', { slowModeSeconds: 3601 }],
    ['set_chat_mode', 'half a second', { slowModeSeconds: 0.5 }],
    ['set_chat_mode', 'a time that is not a number', { slowModeSeconds: Number.NaN }],
    ['set_chat_mode', 'a switch of text', { followersOnly: 'true' }],
    ['set_chat_mode', 'a switch that does not exist', { subscribersOnly: true }],
    ['set_chat_mode', 'a huge field', { chatOn: 'x'.repeat(10_000) }],
    ['report_message', 'no message', {}],
    ['report_message', 'a list', { messageId: [id] }],
    ['report_message', 'a prototype', { messageId: '__proto__' }],
    ['report_message', 'a reason that does not exist', { messageId: id, reason: 'boredom' }],
    ['report_message', 'a huge reason', { messageId: id, reason: 'x'.repeat(10_000) }],
    ['pin_message', 'no message', {}],
    ['pin_message', 'a number', { messageId: 7 }],
    ['pin_message', 'a prototype', { messageId: 'constructor' }],
    ['reauth', 'no token', {}],
  ])('%s with %s is refused with the fields', async (event, _, payload) => {
    const isObject = payload !== null && typeof payload === 'object' && !Array.isArray(payload);
    const sent = isObject && event !== 'join_room' && event !== 'reauth' ? { streamId, ...payload } : payload;
    expect(await tab.ask(event, sent)).toEqual({
      ok: false,
      error: {
        code: 'validation_failed',
        message: 'Some fields are not valid.',
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        fields: expect.arrayContaining([
          expect.objectContaining({ path: expect.any(String), code: expect.any(String) }),
        ]),
      },
    });
    expect(await tab.codeOf('heartbeat', { streamId })).toBe('ok');
  });

  test('none, two or more payloads are refused', async () => {
    expect(await tab.codeOf('join_room')).toBe('validation_failed');
    expect(await tab.codeOf('join_room', { streamId }, { streamId })).toBe('validation_failed');
  });

  test('events that do not exist are told so, those of the prototype too', async () => {
    for (const event of [
      'chat_standing',
      'dance',
      'new_message',
      '__proto__',
      'constructor',
      'toString',
      'error',
      '',
    ]) {
      expect([event, await tab.codeOf(event, {})]).toEqual([event, 'unknown_event']);
    }
  });

  test('without an acknowledgement is answered by error_event, and a good one by nothing', async () => {
    tab.socket.emit('dance', {});
    tab.socket.emit('send_likes', { streamId, count: 0 });
    tab.socket.emit('heartbeat', { streamId });
    await eventually('both were answered', () => tab.payloads('error_event').length === 2);
    expect(tab.payloads('error_event')).toMatchObject([
      { event: 'dance', error: { code: 'unknown_event' } },
      { event: 'send_likes', error: { code: 'validation_failed' } },
    ]);
    expect(await tab.codeOf('heartbeat', { streamId })).toBe('ok');
    expect(tab.payloads('error_event')).toHaveLength(2);
  });

  test.each([
    'delete_message',
    'timeout_user',
    'ban_user',
    'unban_user',
    'set_chat_mode',
    'pin_message',
    'report_message',
  ])(
    '%s without an acknowledgement, with prototype keys or with two payloads changes nothing',
    async (event) => {
      const poisoned = JSON.parse(
        `{"streamId":"${streamId}","__proto__":{"userId":"${id}","messageId":"${id}"}}`,
      );
      for (const payload of [{}, { streamId, constructor: { prototype: {} } }, poisoned]) {
        tab.socket.emit(event, payload);
      }
      tab.socket.emit(event, { streamId }, { streamId });
      await eventually('all were answered', () => tab.payloads('error_event').length === 4);
      expect(tab.payloads('error_event')).toMatchObject(
        Array.from({ length: 4 }, () => ({ event, error: { code: 'validation_failed' } })),
      );
      expect(tab.durable).toEqual([]);
      expect(await tab.codeOf('heartbeat', { streamId })).toBe('ok');
    },
  );

  test('a room that does not exist is not found, and nothing works in one that was not joined', async () => {
    expect(await tab.codeOf('join_room', { streamId: id })).toBe('not_found');
    expect(await tab.codeOf('leave_room', { streamId: id })).toBe('ok');
    expect(await tab.codeOf('heartbeat', { streamId: id })).toBe('not_joined');
    expect(await tab.codeOf('send_message', { streamId: id, ...good })).toBe('not_joined');
    expect(await tab.codeOf('send_likes', { streamId: id, count: 1 })).toBe('not_joined');
  });

  test('the sixth message at once has to wait, and is told how long', async () => {
    const startedAtMs = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        tab.ask('send_message', { streamId, clientMsgId: randomUUID(), text: `message ${index}` }),
      ),
    );
    const accepted = answers.filter(({ ok }) => ok).length;
    expect(accepted).toBeGreaterThanOrEqual(5);
    // One more is earned with each second.
    expect(accepted).toBeLessThanOrEqual(5 + (performance.now() - startedAtMs) / 1000);
    const refused = answers.filter(({ ok }) => !ok) as { error: { code: string; retryAfterMs: number } }[];
    for (const { error } of refused) {
      expect(error.code).toBe('rate_limited');
      expect(error.retryAfterMs).toBeGreaterThan(0);
      expect(error.retryAfterMs).toBeLessThanOrEqual(4000);
    }
  });

  test('a flood of events is refused, and the socket lives', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => tab.codeOf('heartbeat', { streamId })),
    );
    expect(new Set(answers)).toEqual(new Set(['ok', 'rate_limited']));
    await eventually('it may go on', async () => (await tab.codeOf('heartbeat', { streamId })) === 'ok');
  });

  test('a flood that does not stop is cut, and others are answered meanwhile', async () => {
    const other = await open();
    for (let count = 0; count < 3000; count += 1) tab.socket.emit('heartbeat', { streamId });
    expect(await other.codeOf('join_room', { streamId })).toBe('ok');
    await eventually('it was cut', () => tab.disconnectReason !== null);
  });
});

describe('raw bytes', () => {
  const frames = [
    '42[]',
    '42[1]',
    '42[null,1]',
    '451-["x",{"_placeholder":true,"num":0}]',
    '45999999-["x"]',
    '42/streams[]',
    '42/streams,[]',
    '42/streams,[1]',
    '42/streams,[null,1]',
    '42/streams,{}',
    '42/streams,"x"',
    '42/streams,["connect",{}]',
    '42/streams,["disconnect"]',
    '42/streams,["error",{}]',
    '42/streams,["newListener",{}]',
    '42/streams,["__proto__",{"polluted":1}]',
    '42/streams,["join_room",{"__proto__":{"streamId":"x"}}]',
    '42/streams,["ban_user",{"__proto__":{"userId":"x"}}]',
    '42/streams,["set_chat_mode",{"constructor":{"prototype":{"chatOn":false}}}]',
    '42/streams,7["report_message",[]]',
    '42/streams,1["join_room"]',
    '42/streams,99999999999999999999["join_room",{}]',
    '451-/streams,["join_room",{"_placeholder":true,"num":0}]',
    '45999999-/streams,["join_room",{}]',
    '450-/streams,["join_room",{"_placeholder":true,"num":0}]',
    '461-/streams,[{"_placeholder":true,"num":99999}]',
    '43/streams,7["x"]',
    '41/streams,',
    '41',
    '40/streams,{"token":7}',
    '40/nowhere,',
    '44/streams,{"a":1}',
    `42/streams,${'['.repeat(12_000)}`,
    `42${'['.repeat(20_000)}`,
    '2',
    '3',
    '5',
    '6',
    '9',
    '',
    'bQUJD',
    '4',
  ];
  test.each(frames)('%j harms nobody', async (frame) => {
    const raw = await openRaw();
    raw.send(frame);
    const tab = await open();
    expect(await tab.codeOf('join_room', { streamId })).toBe('ok');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    raw.close();
  });

  test('more than 16 kB in one message close the connection with 1009', async () => {
    const raw = await openRaw();
    const closed = new Promise<number>((resolve) =>
      raw.addEventListener('close', ({ code }) => resolve(code)),
    );
    raw.send(`42/streams,["join_room",${JSON.stringify('x'.repeat(17_000))}]`);
    expect(await closed).toBe(1009);
  });

  test('a page of another origin is told why and closed at once, whatever it speaks', async () => {
    const frames: string[] = [];
    const raw = new WebSocket(rawUrl(), { headers: { origin: 'https://evil.example' } });
    raw.addEventListener('message', ({ data }) => frames.push(String(data)));
    raw.addEventListener('open', () => {
      raw.send('40/streams,{}');
      raw.send(`42/streams,1["join_room",${JSON.stringify({ streamId })}]`);
    });
    await new Promise((resolve) => raw.addEventListener('close', resolve));
    expect(frames).toHaveLength(2);
    expect(frames[0]).toMatch(/^0/);
    expect(frames[1]).toMatch(/^44\/streams,.*"code":"forbidden_origin"/);
  });

  test('a thousand random frames harm nobody', async () => {
    const alphabet = '0123456789[]{}",:/-abcstream\u0000\\';
    const random = seeded(7);
    for (let connection = 0; connection < 40; connection += 1) {
      const raw = await openRaw();
      for (let count = 0; count < 25 && raw.readyState === WebSocket.OPEN; count += 1) {
        const seed = frames[random(frames.length)] ?? '';
        const at = random(seed.length + 1);
        raw.send(`${seed.slice(0, at)}${alphabet[random(alphabet.length)]}${seed.slice(at + random(3))}`);
      }
      raw.close();
    }
    expect(await (await open()).codeOf('join_room', { streamId })).toBe('ok');
  });

  const rawUrl = () => `${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;

  async function openRaw(): Promise<WebSocket> {
    const raw = new WebSocket(rawUrl());
    await new Promise<void>((resolve, reject) => {
      raw.addEventListener('error', () => reject(new Error('no connection')));
      raw.addEventListener('message', ({ data }) => {
        if (String(data).startsWith('0')) raw.send('40/streams,{}');
        if (String(data).startsWith('40')) resolve();
      });
    });
    return raw;
  }
});
