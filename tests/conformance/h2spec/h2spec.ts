import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type H2specCase, parseReport } from './report.ts';

const run = promisify(execFile);

/** The newest version that the Go module proxy serves; its suite has the 146 cases of the later releases. */
const MODULE = 'github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible';
export const CASE_COUNT = 146;

/**
 * Path of the h2spec binary, built on first use below the temporary directory. `H2SPEC` names another one.
 * @throws Error that says what is missing.
 */
export async function h2specBinary(): Promise<string> {
  const given = process.env['H2SPEC'];
  if (given !== undefined && given !== '') return given;
  const home = join(tmpdir(), `weft-h2spec-${process.getuid?.() ?? 0}`);
  const binary = join(home, 'bin', 'h2spec');
  if (existsSync(binary)) return binary;
  try {
    await run('go', ['install', MODULE], {
      env: { ...process.env, GOPATH: home, GOBIN: join(home, 'bin'), GOFLAGS: '-modcacherw', CGO_ENABLED: '0' },
      timeout: 240_000,
    });
  } catch (error) {
    throw new Error(
      `h2spec is needed: install Go (1.21 or later) and reach its module proxy, or set H2SPEC to a binary\n${error instanceof Error ? error.message : error}`,
    );
  }
  return binary;
}

/** Runs all cases, strict ones included, against a port of this machine. */
export async function runH2spec(port: number, path = '/'): Promise<H2specCase[]> {
  const binary = await h2specBinary();
  const folder = await mkdtemp(join(tmpdir(), 'weft-h2spec-report-'));
  try {
    const report = join(folder, 'report.xml');
    // Exits with 1 when a case fails; the report says which.
    await run(
      binary,
      ['--host', '127.0.0.1', '--port', String(port), '--path', path, '--strict', '--junit-report', report],
      { timeout: 240_000 },
    ).catch((error: { readonly code?: unknown }) => {
      if (error.code !== 1) throw error;
    });
    return parseReport(await readFile(report, 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
