import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A registry that offers what is installed in `node_modules`, and counts what was asked for in vain. */
export interface LocalRegistry {
  readonly url: string;
  /** Names that it does not have. */
  readonly missed: ReadonlySet<string>;
  close(): Promise<void>;
}

/**
 * Starts a registry for `npm install` on a free port of this machine, so that an install is real and needs no network.
 * A file over 50 MB is left out of its package: that is the binary of `node`, which the test has already.
 */
export async function startLocalRegistry(modules: string): Promise<LocalRegistry> {
  const folder = mkdtempSync(path.join(tmpdir(), 'weft-registry-'));
  const missed = new Set<string>();

  const tarball = async (name: string): Promise<Buffer> => {
    const file = path.join(folder, `${name.replace('/', '-')}.tgz`);
    if (!existsSync(file)) {
      const excluded = name === 'node' ? ['--exclude=./bin', '--exclude=./node_modules'] : ['--exclude=./node_modules'];
      await run('tar', ['-czf', file, ...excluded, '--transform=s,^\\.,package,', '-C', path.join(modules, name), '.']);
    }
    return readFileSync(file);
  };
  const server = http.createServer(async (request, response) => {
    const [, name = '', isTarball] = /^\/(.+?)(\/-\/.*)?$/.exec(decodeURIComponent(request.url ?? '')) ?? [];
    const manifestFile = path.join(modules, name, 'package.json');
    if (!existsSync(manifestFile)) {
      missed.add(name);
      response.writeHead(404).end('{}');
      return;
    }
    if (isTarball !== undefined) {
      response.end(await tarball(name));
      return;
    }
    const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as { version: string };
    const dist = { tarball: `${url}/${name}/-/it.tgz` };
    const packument = {
      name,
      'dist-tags': { latest: manifest.version },
      versions: { [manifest.version]: { ...manifest, dist } },
    };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(packument));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    missed,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
