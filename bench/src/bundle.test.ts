import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { reasonToBuild } from './bundle.ts';

let root = '';
const BUILT_S = 2_000_000;

function write(file: string, text: string, modifiedS: number): void {
  const target = path.join(root, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
  utimesSync(target, modifiedS, modifiedS);
}

const reason = (): string => reasonToBuild(root, path.join(root, 'apps/proxy/bundle/main.js'));

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'weft-bundle-'));
  write('apps/proxy/tsconfig.json', '{"references":[{"path":"../../packages/engine"}]}', 1);
  write('packages/engine/tsconfig.json', '{"references":[{"path":"../kit"}]}', 1);
  write('apps/proxy/src/main.ts', '', BUILT_S - 10);
  write('packages/engine/src/net/read.ts', '', BUILT_S - 10);
  write('packages/kit/src/clock.ts', '', BUILT_S - 10);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

it('asks for a bundle that is not there', () => {
  expect(reason()).toBe('is not there');
});

it('names the source that is newer, of packages of packages too', () => {
  write('apps/proxy/bundle/main.js', '', BUILT_S);
  expect(reason()).toBe('');
  write('packages/kit/src/clock.ts', '', BUILT_S + 10);
  expect(reason()).toBe('is older than packages/kit/src/clock.ts');
});

it('asks for nothing because of tests, or of packages that the proxy is not made of', () => {
  write('apps/proxy/bundle/main.js', '', BUILT_S);
  write('packages/engine/src/net/read.test.ts', '', BUILT_S + 10);
  write('packages/engine/src/net/read.bench.ts', '', BUILT_S + 10);
  write('packages/console/src/page.ts', '', BUILT_S + 10);
  expect(reason()).toBe('');
});
