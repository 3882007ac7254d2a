import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The paths the server answers itself; while developing they go to a server (or the mock) on this address.
const api = process.env['BONGSU_URL'] ?? 'http://127.0.0.1:4380';
const served = ['/bongsu', '/api', '/loki', '/tempo', '/metrics'];

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    // No inlined files: the page must live under default-src 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
  },
  server: { proxy: Object.fromEntries(served.map((path) => [path, api])) },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
