import { Writable } from 'node:stream';
import { pino } from 'pino';

/** Where the server says what it does: facts first, then one sentence. Never a password, token, key or secret. */
export abstract class Log {
  abstract error(facts: object, message: string): void;
  abstract warn(facts: object, message: string): void;
  abstract info(facts: object, message: string): void;
  abstract debug(facts: object, message: string): void;
}

const redactedPaths = [
  'req.headers.authorization',
  'req.headers.cookie',
  '*.password',
  '*.token',
  '*.secret',
];

/** pino: JSON lines in production, one readable line each elsewhere. */
export function openLog(options: { level: string; format: 'json' | 'text' }) {
  return pino(
    {
      level: options.level,
      base: null,
      redact: redactedPaths,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.format === 'json' ? process.stdout : readableLines(process.stdout),
  );
}
export type PinoLog = ReturnType<typeof openLog>;

/** `12:30:01 warn  an idle connection was lost  error="..."`, stack traces below. */
function readableLines(out: NodeJS.WritableStream): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      out.write(readableLine(JSON.parse(chunk.toString()) as Record<string, unknown>), () => done());
    },
  });
}

function readableLine(record: Record<string, unknown>): string {
  const { level, time, msg, err, reqId, ...facts } = record;
  const clock = new Date(Number(time)).toTimeString().slice(0, 8);
  const shown = Object.entries(facts)
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
  const failure = err && typeof err === 'object' && 'stack' in err ? `\n  ${err.stack}` : '';
  return `${clock} ${String(level).padEnd(5)} ${msg ?? ''}${shown}${failure}\n`;
}
