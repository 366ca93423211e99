import { defineConfig } from 'vite';

/** Where `vite dev` finds the server; the REST, socket and media paths go there. */
const serverUrl = process.env.SERVER_URL ?? 'http://127.0.0.1:3000';
const webExtensions = ['.web.tsx', '.web.ts', '.tsx', '.ts', '.mjs', '.js', '.json'];
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
  '/files',
  '/emulators',
];

export default defineConfig({
  root: import.meta.dirname,
  resolve: {
    extensions: webExtensions,
    alias: [{ find: /^react-native$/, replacement: 'react-native-web' }],
  },
  define: { 'process.env.NODE_ENV': JSON.stringify(process.env.NODE_ENV ?? 'production'), __DEV__: 'false' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      onLog(level, log, handler) {
        // "use client" means nothing in a bundle that is all client.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handler(level, log);
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      ...Object.fromEntries(
        serverPaths.map((prefix) => [prefix, { target: serverUrl, changeOrigin: false }]),
      ),
      '/socket.io': { target: serverUrl, ws: true },
    },
  },
});
