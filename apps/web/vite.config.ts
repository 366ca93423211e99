import path from 'node:path';
import { defineConfig } from 'vite';
import { precompress } from './precompress.ts';

/** Where `vite dev` finds the server; the REST, socket and media paths go there. */
const serverUrl = process.env.SERVER_URL ?? 'http://127.0.0.1:3000';
const serverPaths = [
  '/auth',
  '/me',
  '/shops',
  '/uploads',
  '/streams',
  '/seller',
  '/products',
  '/variants',
  '/orders',
  '/time',
  '/hls',
  '/emulators',
];

/** What every screen needs, libraries included; the player, Stripe and Hindi come when they are wanted. */
const isBase = (id: string) =>
  !/hls\.js|uqr|ui\/qr-code|amazon-ivs-player|bowser|promise-polyfill|lodash|@babel\/runtime|@stripe|i18n\/hi/.test(
    id,
  ) &&
  /node_modules|packages\/(?:client|contract)\/|screens\/src\/(?:ui|app|platform|i18n|features\/feed)\/|features\/account\/(?:inbox-bell|language-switch|use-inbox)/.test(
    id,
  );

export default defineConfig({
  root: import.meta.dirname,
  plugins: [precompress()],
  resolve: {
    extensions: ['.web.tsx', '.web.ts', '.tsx', '.ts', '.mjs', '.js', '.json'],
    alias: [
      { find: /^react-native$/, replacement: 'react-native-web' },
      // Amazon's player asks for Node's module.
      { find: /^events$/, replacement: path.join(import.meta.dirname, 'src/player/event-emitter.ts') },
    ],
  },
  // React Native's global, which react-native-web's modules expect.
  define: { __DEV__: 'false' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Of `base`, in kB before compression; growing beyond it must be noticed.
    chunkSizeWarningLimit: 720,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // Three visits: looking around, a show with its checkout, a seller's work. Small files cost more than they save.
          groups: [
            { name: 'base', test: isBase, priority: 4 },
            {
              name: 'seller',
              test: /screens\/src\/features\/(?:studio|inventory)\/|uqr|ui\/qr-code/,
              priority: 3,
            },
            {
              name: 'show',
              test: /screens\/src\/features\/(?:watch|stage|room|checkout|orders|account)\//,
              priority: 2,
            },
          ],
        },
      },
      onLog(level, log, handler) {
        // "use client" means nothing in a bundle that is all client, and the groups decide what loads together.
        const expected = ['MODULE_LEVEL_DIRECTIVE', 'INEFFECTIVE_DYNAMIC_IMPORT'];
        if (!expected.includes(log.code ?? '')) handler(level, log);
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      ...Object.fromEntries(serverPaths.map((prefix) => [prefix, { target: serverUrl }])),
      '/socket.io': { target: serverUrl, ws: true },
    },
  },
});
