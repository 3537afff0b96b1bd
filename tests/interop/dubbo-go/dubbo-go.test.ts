import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requireTool, runTool } from '../../support/foreign.ts';
import { expectSound, metric } from '../../support/metrics.ts';
import { type Application, build, freePort, startProvider } from '../java/applications.ts';
import { dubbo2 } from '../java/frameworks.ts';
import { Hops } from '../java/hops.ts';

/** As in go/go.mod: the last of 3.1, whose API needs no service definition. */
const DUBBO_GO_VERSION = 'v3.1.1';
const BUILD_LIMIT_MS = 600_000;
const RUN_LIMIT_MS = 60_000;
/** echo, plus, size, large, fail, attachment, 20 that nobody waits for, fired, 200 at once, and slow. */
const CALLS = 228;

const MODULE = fileURLToPath(new URL('./go', import.meta.url));
const SOURCE = createHash('sha256')
  .update(readFileSync(path.join(MODULE, 'main.go')))
  .digest('hex')
  .slice(0, 12);
const PROGRAM = fileURLToPath(
  new URL(`../../../node_modules/.cache/weft-interop/dubbo-go-${DUBBO_GO_VERSION}-${SOURCE}`, import.meta.url),
);
const framework = dubbo2('2.7.23');

let folder: string;
let provider: Application;
let hops: Hops;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-dubbo-go-'));
  await buildConsumer();
  const port = await freePort();
  provider = await startProvider(await build(framework.edition), port);
  hops = await Hops.open(framework, port);
}, BUILD_LIMIT_MS);

afterAll(async () => {
  await provider?.stop();
  await hops?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function buildConsumer(): Promise<void> {
  const go = requireTool('go', 'golang-go');
  if (existsSync(PROGRAM)) return;
  const built = await runTool(go, ['build', '-mod=readonly', '-buildvcs=false', '-o', PROGRAM, '.'], {
    cwd: MODULE,
    env: { CGO_ENABLED: '0', GOFLAGS: '' },
    limitMs: BUILD_LIMIT_MS,
  });
  if (built.code !== 0)
    throw new Error(`dubbo-go ${DUBBO_GO_VERSION} does not build (is the Go module proxy in reach?):\n${built.stderr}`);
}

/** What it printed for each call; it writes logs into its working directory. */
async function consume(port: number): Promise<readonly string[]> {
  const { stdout } = await runTool(PROGRAM, [String(port)], { cwd: folder, limitMs: RUN_LIMIT_MS });
  return stdout
    .toString()
    .split('\n')
    .filter((line) => line.startsWith('@'));
}

it('dubbo-go calls a Java provider through two proxies', async () => {
  const answers = await consume(hops.port('served'));
  expect(
    answers.map((line) =>
      line.replace(/^(@fail error).*sold.*/, '$1 sold').replace(/^(@slow error).*timeout.*/i, '$1 timeout'),
    ),
  ).toEqual([
    '@echo hi',
    '@plus 42',
    '@size 50000',
    '@large 50000',
    '@fail error sold',
    '@attachment red',
    '@fired 20',
    '@together 200',
    '@slow error timeout',
  ]);
  expect(await metric(hops.outer, 'downstream_request_total', { listener: 'served' })).toBe(CALLS);
  await expectSound(hops.outer);
});

it('dubbo-go understands a refusal by a rule', async () => {
  expect((await consume(hops.port('limited')))[0]).toBe('@echo hi');
  expect((await consume(hops.port('limited')))[0]).toMatch(/^@echo error .*509\|limit exceeded\|rule=7/);
});
