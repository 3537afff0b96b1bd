import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { exclusively } from '../../support/exclusively.ts';
import { type RunningServer, type RunResult, requireTool, runTool, startServer } from '../../support/foreign.ts';

/** As in go/go.mod, which pins it with all that it needs; the newest that Debian's own Go still builds. */
export const GRPC_GO_VERSION = 'v1.64.1';

const MODULE = fileURLToPath(new URL('./go', import.meta.url));
const CACHE = fileURLToPath(
  new URL(`../../../node_modules/.cache/weft-interop/grpc-go-${GRPC_GO_VERSION}`, import.meta.url),
);
const BUILD_LIMIT_MS = 240_000;
/** The longest of the cases takes 1 s by itself. */
const CASE_LIMIT_MS = 30_000;

export interface GrpcGo {
  readonly client: string;
  readonly server: string;
}

/** grpc-go's own interoperability client and server, built on first use. */
export function buildGrpcGo(): Promise<GrpcGo> {
  return exclusively(`${CACHE}.lock`, compile);
}

async function compile(): Promise<GrpcGo> {
  const programs = { client: path.join(CACHE, 'client'), server: path.join(CACHE, 'server') };
  if (existsSync(programs.client) && existsSync(programs.server)) return programs;
  const go = requireTool('go', 'golang-go');
  const packages = ['google.golang.org/grpc/interop/client', 'google.golang.org/grpc/interop/server'];
  const built = await runTool(go, ['build', '-mod=readonly', '-buildvcs=false', '-o', `${CACHE}/`, ...packages], {
    cwd: MODULE,
    env: { CGO_ENABLED: '0', GOFLAGS: '' },
    limitMs: BUILD_LIMIT_MS,
  });
  if (built.code !== 0)
    throw new Error(`grpc-go ${GRPC_GO_VERSION} does not build (is the Go module proxy in reach?):\n${built.stderr}`);
  return programs;
}

/** Starts the server on a free port, which its log names. */
export async function startGrpcGoServer(programs: GrpcGo): Promise<{ readonly port: number; close(): Promise<void> }> {
  const env = { GRPC_GO_LOG_SEVERITY_LEVEL: 'info' };
  const running: RunningServer = await startServer(programs.server, ['-port=0'], /listening on \S*:(\d+)/, env);
  return { port: Number(running.match[1]), close: running.stop };
}

/** Runs one case of the client against a port of this machine. */
export function runGrpcGoCase(
  programs: GrpcGo,
  port: number,
  name: string,
  more: readonly string[] = [],
): Promise<RunResult> {
  const args = ['-server_host=127.0.0.1', `-server_port=${port}`, `-test_case=${name}`, ...more];
  return runTool(programs.client, args, { env: { GRPC_GO_LOG_SEVERITY_LEVEL: 'info' }, limitMs: CASE_LIMIT_MS });
}
