import { once } from 'node:events';
import http from 'node:http';

const listenersOf = new WeakMap();

/** Expo's native objects: anything with events. */
export class SharedObject {
  addListener(name, listener) {
    const all = listenersOf.get(this) ?? new Map();
    listenersOf.set(this, all);
    all.set(name, new Set([...(all.get(name) ?? []), listener]));
    return { remove: () => all.get(name).delete(listener) };
  }

  removeListener(name, listener) {
    listenersOf.get(this)?.get(name)?.delete(listener);
  }

  removeAllListeners(name) {
    listenersOf.get(this)?.delete(name);
  }

  emit(name, ...payload) {
    for (const listener of listenersOf.get(this)?.get(name) ?? []) listener.call(this, ...payload);
  }

  release() {}
}

/** The modules of the packages in package.json; one that is not described here takes every call and answers nothing. */
export class ExpoModules {
  players = [];
  stored = new Map();
  calls = [];
  #known;

  constructor({ serverUrl }) {
    const { players, stored } = this;
    const manifest = { name: 'VybeKart', slug: 'vybekart', scheme: 'vybekart', extra: { serverUrl } };
    this.#known = {
      ExpoGo: undefined,
      ExpoUpdates: undefined,
      ExponentConstants: { manifest: JSON.stringify(manifest), executionEnvironment: 'bare' },
      ExpoLocalization: { getLocales: () => [{ languageTag: 'en-IN' }], getCalendars: () => [] },
      ExpoNetwork: { getNetworkStateAsync: async () => ({ isConnected: true }) },
      ExpoSecureStore: {
        getValueWithKeySync: (key) => stored.get(key) ?? null,
        setValueWithKeySync: (value, key) => stored.set(key, value),
        getValueWithKeyAsync: async (key) => stored.get(key) ?? null,
        setValueWithKeyAsync: async (value, key) => stored.set(key, value),
        deleteValueWithKeyAsync: async (key) => stored.delete(key),
      },
      ExpoFontLoader: { getLoadedFonts: () => [] },
      ExpoFetchModule: { NativeRequest, NativeResponse },
      ExpoVideo: {
        VideoPlayer: class extends SharedObject {
          isPlaying = false;
          isReleased = false;
          constructor(source) {
            super();
            this.source = source;
            players.push(this);
          }
          play() {
            this.isPlaying = true;
          }
          pause() {
            this.isPlaying = false;
          }
          replace() {}
          async replaceAsync() {}
          release() {
            this.isReleased = true;
          }
        },
      },
    };
  }

  get all() {
    const made = new Map();
    return new Proxy(
      {},
      {
        has: () => true,
        get: (_, name) => {
          if (typeof name !== 'string' || (name in this.#known && !this.#known[name])) return undefined;
          if (!made.has(name)) made.set(name, this.#module(name));
          return made.get(name);
        },
      },
    );
  }

  #module(name) {
    const module = Object.assign(new SharedObject(), this.#known[name]);
    return new Proxy(module, {
      get: (target, member) => {
        if (member in target) {
          const value = target[member];
          return value instanceof Function && !/^[A-Z]/.test(member) ? value.bind(target) : value;
        }
        if (typeof member !== 'string' || member === 'then' || member === 'default') return undefined;
        if (/^[A-Z]/.test(member)) return class extends SharedObject {};
        return () => void this.calls.push(`${name}.${member}`);
      },
    });
  }
}

class NativeResponse extends SharedObject {
  get status() {
    return this.answer.statusCode;
  }

  get _rawHeaders() {
    return Object.entries(this.answer.headers).map(([name, value]) => [name, String(value)]);
  }

  async text() {
    const chunks = await this.answer.toArray();
    return Buffer.concat(chunks).toString();
  }
}

class NativeRequest extends SharedObject {
  constructor(response) {
    super();
    this.response = response;
  }

  async start(url, { method, headers }, body) {
    const [, hostname, port, path] = /^http:\/\/([^:/]+):(\d+)(\/.*)$/.exec(url);
    const request = http.request({ hostname, port, path, method, headers: Object.fromEntries(headers) });
    request.end(body ?? undefined);
    [this.response.answer] = await once(request, 'response');
    return this.response;
  }

  cancel() {}
}
