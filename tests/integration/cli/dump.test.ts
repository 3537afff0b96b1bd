import { readdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { loadConfigFile } from '@weft/schema';
import { expect, test } from 'vitest';
import { ROOT, sampleDocument, startWeft, temporaryFolder, weft } from './weft.ts';

const DEMO = path.join(ROOT, 'demo');

function dumpOf(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    http
      .get({ socketPath, path: '/api/v1/config_dump?document' }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks).toString()));
      })
      .on('error', reject);
  });
}

/** What listens there may speak anything. */
function connected(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}

/** A demo on ports that nobody has, with its files in `home`. */
async function demo(name: string, home: string): Promise<object> {
  const { document } = await loadConfigFile(path.join(DEMO, name));
  const { admin: _admin, metrics: _metrics, ...rest } = document as Record<string, unknown>;
  const text = JSON.stringify(rest).replace(
    /"address":"127\.0\.0\.1:\d+","bind_port"/g,
    '"address":"127.0.0.1:0","bind_port"',
  );
  const { mesh, ...others } = JSON.parse(text) as { readonly mesh?: object };
  return {
    ...others,
    ...(mesh === undefined ? {} : { mesh: { ...mesh, discovery: { address: '127.0.0.1:0' } } }),
    weft: { data_threads: 1, run_dir: home, state_dir: home },
  };
}

const samples: [name: string, document: (home: string) => object | Promise<object>][] = [
  ...readdirSync(DEMO)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .map((name): [string, (home: string) => Promise<object>] => [name, (home) => demo(name, home)]),
  ['a document with durations of every kind', everyDuration],
];

function everyDuration(home: string): object {
  return sampleDocument(home, 'hello', {
    cluster_manager: {
      clusters: [
        {
          name: 'c',
          connect_timeout: '1500ms',
          idle_timeout: '1h1m',
          hosts: [{ address: '127.0.0.1:1' }],
          health_check: { protocol: 'tcp', interval: '3s', timeout: '1s', initial_delay_seconds: '5s' },
        },
      ],
    },
  });
}

test.each(samples)(
  'what is dumped of %s is a configuration that validates, starts and dumps the same',
  async (_, document) => {
    const home = temporaryFolder();
    const file = path.join(home, 'first.json');
    writeFileSync(file, JSON.stringify(await document(home)));
    await startWeft(home, ['-c', file]);
    const dump = await dumpOf(path.join(home, 'first.sock'));
    const again = path.join(home, 'again.json');
    writeFileSync(again, dump);
    expect(await weft(home, ['proxy', 'validate', '-c', again])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\S+again\.json is valid: [^,]+, [^,]+, [^,]+, [^,]+\n$/),
    });
    const second = await startWeft(home, ['-c', again]);
    expect(await dumpOf(path.join(home, 'again.sock'))).toBe(dump);
    await connected(second.port);
  },
);
