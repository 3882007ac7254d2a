// A real server for a browser test: the built bongsu on free ports over an empty directory, stopped and removed afterwards.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dll = fileURLToPath(new URL('../../artifacts/bin/Bongsu.Server/release/bongsu.dll', import.meta.url));
const START_MS = 60_000;

export async function startServer(args = []) {
  const directory = await mkdtemp(join(tmpdir(), 'bongsu-browser-'));
  const child = spawn('dotnet', [dll, 'serve', '--data', join(directory, 'data'), '--listen', '127.0.0.1:0', '--otlp-http', '127.0.0.1:0', '--otlp-grpc', '127.0.0.1:0', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  const first = await new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`no address after ${START_MS / 1000} s`)), START_MS);
    child.stdout.on('data', (data) => {
      said += data;
      const line = /listening web=(\S+) otlp-http=(\S+)/.exec(said);
      if (!line) return;
      clearTimeout(timer);
      resolve({ base: line[1], otlp: line[2] });
    });
    child.on('exit', (code) => reject(new Error(`bongsu ended with ${code}: ${said}; build src/Bongsu.Server in Release first`)));
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  return { ...first, stop };
}
