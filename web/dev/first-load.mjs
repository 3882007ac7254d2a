// Says how much a first visit loads, compressed, and fails above the promise of 300 KB.
import { readFileSync } from 'node:fs';
import { gzipSync, brotliCompressSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';

const LIMIT_BYTES = 300_000;
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8'));

/** The entry, the Now page, and everything both import statically. */
const files = new Set();
const visit = (key) => {
  const chunk = manifest[key];
  if (!chunk || files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const css of chunk.css ?? []) files.add(css);
  for (const next of chunk.imports ?? []) visit(next);
};
visit('index.html');
visit('src/pages/now/Now.tsx');

let gzip = 0;
let brotli = 0;
for (const file of files) {
  const bytes = readFileSync(dist + file);
  gzip += gzipSync(bytes, { level: 9 }).length;
  brotli += brotliCompressSync(bytes).length;
}
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
console.log(`first load: ${files.size} files, ${kb(gzip)} gzip, ${kb(brotli)} brotli (limit ${kb(LIMIT_BYTES)})`);
if (gzip > LIMIT_BYTES) process.exit(1);
