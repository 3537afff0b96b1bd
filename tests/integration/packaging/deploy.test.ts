/** The files in `deploy/` name paths, options and versions of other files; these are the ones that could drift apart. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const manifest = (
  file: string,
): { name: string; bin?: Record<string, string>; devDependencies?: Record<string, string> } => JSON.parse(read(file));

const unit = read('deploy/systemd/weft-proxy.service');
const value = (key: string): string | undefined => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1];

test('the unit runs without root, bounded, reloads through the command and stops gracefully', () => {
  expect(value('User')).toBe('weft');
  expect(value('ExecReload')).toMatch(/weft proxy reload -c \/etc\/weft\/proxy\.yaml$/);
  expect(value('KillSignal')).toBe('SIGTERM');
  expect(Number(value('LimitNOFILE'))).toBeGreaterThanOrEqual(65_536);
  // leave_time is 5 s and graceful_timeout 30 s by default.
  expect(Number(value('TimeoutStopSec'))).toBeGreaterThan(35);
  expect(value('RestartPreventExitStatus')?.split(' ')).toEqual(['2', '78']);
  // What makes /run/weft and /var/lib/weft of it, for the service and for its reload.
  expect(value('Environment')).toContain('XDG_RUNTIME_DIR=/run XDG_STATE_HOME=/var/lib');
  expect([value('RuntimeDirectory'), value('StateDirectory')]).toEqual(['weft', 'weft']);
});

const systemd = spawnSync('systemd-analyze', ['--version']).status === 0;

test.runIf(systemd)('systemd accepts the unit', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'weft-unit-'));
  try {
    const file = path.join(folder, 'weft-proxy.service');
    writeFileSync(file, unit.replaceAll('/usr/local/bin/weft', process.execPath));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
    expect({ status, about: stderr.split('\n').filter((line) => line.includes('weft-proxy')) }).toEqual({
      status: 0,
      about: [],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the container file names what the package has, and a Node that is new enough', () => {
  const container = read('deploy/container/Containerfile');
  const { name, bin } = manifest('apps/cli/package.json');
  expect(container).toContain(`/opt/weft/node_modules/${name}/${bin?.['weft']} /usr/local/bin/weft`);
  const images = [...container.matchAll(/^FROM docker\.io\/library\/node:(\d+)\.(\d+)-/gm)].map((match) => [
    Number(match[1]),
    Number(match[2]),
  ]);
  const needed = /NEEDED = \[(\d+), (\d+)\]/.exec(read('apps/cli/bin/weft.js'))?.slice(1).map(Number);
  expect(images).toEqual([needed, needed]);
  expect(manifest('package.json').devDependencies?.['node']).toBe(`${needed?.join('.')}.0`);
  expect(container).toMatch(/^USER \d{4,}/m);
  expect(
    execFileSync('git', ['check-ignore', 'weft-0.1.0.tgz', 'dist-package/x'], { cwd: ROOT, encoding: 'utf8' })
      .trim()
      .split('\n'),
  ).toHaveLength(2);
});
