const PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

/** An application name as its publisher sent it, or null: it never becomes a path, but may reach a log. */
export function parseApp(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  const app = text.endsWith('/') ? text.slice(0, -1) : text;
  return PATTERN.test(app) ? app : null;
}

/** The stream key out of a published name: the name itself, or `anything?key=...`. Null if malformed. */
export function parseStreamKey(text: unknown): string | null {
  if (typeof text !== 'string' || text.length > 256) return null;
  const [name = '', query] = text.split('?', 2);
  if (!PATTERN.test(name)) return null;
  if (query === undefined) return name;
  const key = new URLSearchParams(query).get('key');
  return key !== null && PATTERN.test(key) ? key : null;
}
