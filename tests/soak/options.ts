import { parseArgs } from 'node:util';

export interface SoakOptions {
  /** How long there is traffic; 2.5 at least is what a run takes. */
  readonly minutes: number;
  /** Data threads of the proxy. */
  readonly threads: number;
  readonly seed: number;
}

const HELP = `npm run test:soak -- [--minutes n] [--threads n] [--seed n]

Mixed protocols, churn, resets, slow readers, half-open peers and reloads against one proxy that it starts itself. Every half
minute the traffic pauses, and a line says what memory and descriptors the proxy holds without a connection.

  --minutes n    how long, 3 when not given, 2.5 at least; from 15 on a rise of 1 MiB in 10 minutes is too much (before
                 that of 10 MiB, and the resident size is shown only), and the first half warms up
  --threads n    data threads of the proxy, 2 when not given
  --seed n       first state of the random numbers, 1 when not given

Exit codes: 0 passed, 1 failed: memory rises, a descriptor stays open, a kind of traffic fails more often than it is cut by
design, or the proxy reports a fault; 2 not understood.

Examples:
  npm run test:soak
  npm run test:soak -- --minutes 20
  npm run test:soak -- --minutes 120 --threads 4 --seed 7`;

function refuse(problem: string): never {
  console.error(`soak: ${problem}; --help says what there is`);
  process.exit(2);
}

function read() {
  try {
    return parseArgs({
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        minutes: { type: 'string', default: '3' },
        threads: { type: 'string', default: '2' },
        seed: { type: 'string', default: '1' },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message.replace(/\.? To specify.*$/s, '') : String(error));
  }
}

/** What the command line says; `--help` and what is not understood end the process. */
export function readOptions(): SoakOptions {
  const values = read();
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  const minutes = Number(values.minutes);
  const threads = Number(values.threads);
  const seed = Number(values.seed);
  if (!(minutes > 0 && Number.isFinite(minutes)))
    refuse(`--minutes: found "${values.minutes}", expected a number above 0`);
  if (!(Number.isInteger(threads) && threads > 0))
    refuse(`--threads: found "${values.threads}", expected a whole number above 0`);
  if (!Number.isInteger(seed)) refuse(`--seed: found "${values.seed}", expected a whole number`);
  return { minutes, threads, seed };
}
