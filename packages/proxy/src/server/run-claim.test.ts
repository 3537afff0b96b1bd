import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { MosnConfig } from '@weft/schema';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { claimRunFiles, isClaimOf, type RunClaim, readClaim, releaseRunFiles } from './run-claim.ts';
import { type RunFiles, runFiles } from './run-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-claim-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const filesOf = (configFile: string): RunFiles =>
  runFiles({ pid: '', weft: { run_dir: folder, state_dir: folder } as MosnConfig['weft'] }, configFile);

function configuration(name: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '');
  return file;
}

it('claims, says whose it is, and leaves nothing', () => {
  const file = configuration('a/shop.yaml');
  const files = filesOf(file);
  claimRunFiles(files, file);
  expect(readClaim(files.runFile)).toMatchObject({ pid: process.pid, configFile: file });
  expect(readFileSync(files.pidFile, 'utf8')).toBe(`${process.pid}\n`);
  releaseRunFiles(files);
  expect([files.runFile, files.pidFile, files.socketFile].map(existsSync)).toEqual([false, false, false]);
});

it('replaces what a dead process has left, and what is no claim at all', () => {
  const file = configuration('shop.yaml');
  const files = filesOf(file);
  // Above the greatest pid that Linux gives.
  writeFileSync(files.runFile, JSON.stringify({ pid: 99_999_999, configFile: file, realConfigFile: file }));
  writeFileSync(files.pidFile, '99999999\n');
  claimRunFiles(files, file);
  expect(readClaim(files.runFile)?.pid).toBe(process.pid);
  releaseRunFiles(files);
  writeFileSync(files.runFile, '{"pi');
  claimRunFiles(files, file);
  expect(readClaim(files.runFile)?.pid).toBe(process.pid);
});

it('does not release what another process has', () => {
  const file = configuration('shop.yaml');
  const files = filesOf(file);
  writeFileSync(files.runFile, JSON.stringify({ pid: 1, configFile: file, realConfigFile: file }));
  releaseRunFiles(files);
  expect(existsSync(files.runFile)).toBe(true);
});

it('knows a file by its path and by what its links lead to, and tells two of one name apart', () => {
  const first = configuration('a/shop.yaml');
  const second = configuration('b/shop.yaml');
  const link = path.join(folder, 'link.yaml');
  symlinkSync(first, link);
  const files = filesOf(link);
  claimRunFiles(files, link);
  const claim = readClaim(files.runFile) as RunClaim;
  expect(isClaimOf(claim, first)).toBe(true);
  expect(isClaimOf(claim, second)).toBe(false);
  rmSync(link);
  symlinkSync(second, link);
  expect(isClaimOf(claim, link)).toBe(true);
});

it('is in the folders that the environment names, unless the configuration names others', () => {
  vi.stubEnv('WEFT_RUN_DIR', '/tmp/run');
  vi.stubEnv('WEFT_STATE_DIR', '/tmp/state');
  const { socketFile, lastGoodFile } = runFiles({ pid: '', weft: {} as MosnConfig['weft'] }, 'shop.yaml');
  expect([socketFile, lastGoodFile]).toEqual(['/tmp/run/shop.sock', '/tmp/state/shop.last-good.json']);
  expect(filesOf('shop.yaml').lastGoodFile).toBe(path.join(folder, 'shop.last-good.json'));
});
