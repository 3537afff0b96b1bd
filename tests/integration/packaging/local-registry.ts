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

  const installed = readInstalled(modules);

  const tarball = async (name: string, version: string): Promise<Buffer> => {
    const file = path.join(folder, `${name.replace('/', '-')}-${version}.tgz`);
    if (!existsSync(file)) {
      const excluded = name === 'node' ? ['--exclude=./bin', '--exclude=./node_modules'] : ['--exclude=./node_modules'];
      const from = installed.get(name)?.get(version) ?? '';
      await run('tar', ['-czf', file, ...excluded, '--transform=s,^\\.,package,', '-C', from, '.']);
    }
    return readFileSync(file);
  };
  const server = http.createServer(async (request, response) => {
    const [, name = '', version] = /^\/(.+?)(?:\/-\/(.+)\.tgz)?$/.exec(decodeURIComponent(request.url ?? '')) ?? [];
    const versions = installed.get(name);
    if (versions === undefined) {
      missed.add(name);
      response.writeHead(404).end('{}');
      return;
    }
    if (version !== undefined) {
      response.end(await tarball(name, version));
      return;
    }
    const manifests = [...versions].map(([number, place]) => {
      const manifest = JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8')) as object;
      return [number, { ...manifest, dist: { tarball: `${url}/${name}/-/${number}.tgz` } }] as const;
    });
    const packument = {
      name,
      'dist-tags': { latest: manifests[0]?.[0] },
      versions: Object.fromEntries(manifests),
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

/** Folders of what is installed, by name and version; a package may be there in several, one below another package. */
function readInstalled(modules: string): Map<string, Map<string, string>> {
  const { packages } = JSON.parse(readFileSync(path.join(modules, '.package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string; link?: boolean }>;
  };
  const installed = new Map<string, Map<string, string>>();
  for (const [place, { version, link }] of Object.entries(packages)) {
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (!place.startsWith('node_modules/') || version === undefined || link === true) continue;
    const versions = installed.get(name) ?? new Map<string, string>();
    installed.set(name, versions.set(version, path.join(modules, '..', place)));
  }
  return installed;
}
