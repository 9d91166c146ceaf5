import type { Plugin } from 'vite';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const server = process.env.GOLDENHOUR_SERVER ?? 'http://127.0.0.1:8911';

/** What the service worker (public/sw.js) keeps so that the crew's page opens without a network: all built files. */
const listKept: Plugin = {
  name: 'list-kept',
  apply: 'build',
  generateBundle(_, bundle) {
    const files = Object.keys(bundle).filter((name) => name.startsWith('assets/') && !/\.woff$/.test(name));
    this.emitFile({ type: 'asset', fileName: 'kept.json', source: JSON.stringify(files.sort().map((name) => `/${name}`)) });
  },
};

export default defineConfig({
  plugins: [svelte(), listKept],
  server: { host: '127.0.0.1', port: 8921, proxy: { '/api': { target: server, changeOrigin: false } } },
  build: {
    outDir: '../src/goldenhour/web/static',
    emptyOutDir: true,
    target: 'es2022',
    // Strict CSP: no data: fonts or scripts, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // The map's worker comes as .mjs, which few servers know as JavaScript; a module worker of another type is refused.
        assetFileNames: ({ names }) => (names[0]?.endsWith('.mjs') ? 'assets/[name]-[hash].js' : 'assets/[name]-[hash][extname]'),
      },
    },
  },
  worker: { format: 'es' },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
