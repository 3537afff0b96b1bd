import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlRunOptions } from '@weft/cli';
import { type ControlComponent, type ControlPlane, checkAddresses, startControlPlane } from '@weft/control';
import { limitBacktracking } from '@weft/kit/limit-backtracking';
import { claimDirectory, refuseClaimed } from './claim-directory.ts';
import { writeProxyKey } from './proxy-key.ts';
import { ruleKinds } from './rule-kinds/index.ts';

export interface RunnerOptions {
  readonly version: { readonly version: string; readonly revision: string };
  /** A whole line, without its end. */
  readonly print: (line: string) => void;
  /** Process that holds a port. */
  readonly portHolder: (port: number) => Promise<string | null>;
}

/** A second signal does not wait. */
const EXIT_INTERRUPTED = 130;

/** Starts, says where it is, and is fulfilled when a signal has ended it. */
export async function runInForeground(
  options: RunnerOptions & { readonly consoleDirectory: string },
  run: ControlRunOptions,
): Promise<void> {
  const say = (text: string): void => {
    if (!run.json) options.print(text);
  };
  const components = run.components as ControlComponent[];
  // Whoever may look at rules may try expressions here.
  limitBacktracking();
  const { http, grpc, drmQuery } = run;
  // A start that cannot succeed leaves no directory behind.
  refuseClaimed(run.dataDirectory);
  await checkAddresses({ http, grpc, drmQuery, components, portHolder: options.portHolder });
  mkdirSync(run.dataDirectory, { recursive: true, mode: 0o700 });
  const release = claimDirectory(run.dataDirectory);
  const signal = nextSignal();
  try {
    say(`starting in ${run.dataDirectory}`);
    const plane = await startControlPlane({
      dataDirectory: run.dataDirectory,
      components,
      http,
      grpc,
      drmQuery,
      version: options.version,
      ruleKinds,
      fourEyes: run.fourEyes,
      consoleDirectory: options.consoleDirectory,
      portHolder: options.portHolder,
      progress: (text) => say(`  ${text}`),
    });
    try {
      announce(plane, run, options.print);
      say(`stopping (${await signal})`);
    } finally {
      await plane.stop();
    }
  } finally {
    release();
  }
}

function announce(plane: ControlPlane, run: ControlRunOptions, print: (line: string) => void): void {
  const keyFile = join(run.dataDirectory, 'proxy-key.json');
  const { seeded } = plane;
  if (seeded !== null) writeProxyKey(keyFile, seeded);
  if (run.json) {
    print(
      JSON.stringify({
        ok: true,
        url: plane.url,
        grpc: plane.grpcAddress,
        drmQueryPort: plane.drmQueryPort,
        dataDirectory: run.dataDirectory,
        keyFile,
        ...(seeded === null ? {} : { user: seeded.loginName, oneTimePassword: seeded.oneTimePassword }),
      }),
    );
    return;
  }
  print('');
  print(`  console   ${plane.url}`);
  if (seeded !== null) {
    print(`  user      ${seeded.loginName}`);
    print(`  password  ${seeded.oneTimePassword}   (shown this once; the first login asks for another)`);
  }
  if (plane.grpcAddress !== null)
    print(
      `  proxies   weft proxy start -c FILE --control ${plane.grpcAddress} --control-key-file ${keyFile} --app NAME`,
    );
  print('');
  print('  Ctrl-C ends it');
}

/** The first signal that asks for the end; the second one ends the process at once. */
function nextSignal(): Promise<string> {
  return new Promise((resolve) => {
    let asked = false;
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        if (asked) process.exit(EXIT_INTERRUPTED);
        asked = true;
        resolve(name);
      });
    }
  });
}
