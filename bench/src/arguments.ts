/** The command line of the bench. */
import { parseArgs } from 'node:util';

export interface BenchArguments {
  readonly list: boolean;
  readonly help: boolean;
  readonly quick: boolean;
  /** Only profiles of the subjects that run on Node: no rounds, no peers. */
  readonly profile: boolean;
  /** Scenarios to run; empty means all. */
  readonly scenarios: readonly string[];
  /** Subjects besides weft and reference; null means every peer that is there. */
  readonly peers: readonly string[] | null;
  /** Where the results go as JSON; '' for nowhere. */
  readonly json: string;
  /** Runs the micro-benchmarks whose path contains this text; null runs scenarios. */
  readonly micro: string | null;
  /** Rounds of each scenario; 0 means the default. */
  readonly rounds: number;
  /** Subjects that must not take part. */
  readonly without: readonly string[];
  /** Run Weft from its sources and not as the bundle that ships. */
  readonly sources: boolean;
}

export const USAGE = `npm run bench -- [options]

  --list                  scenarios, and subjects with their versions or why they are absent
  --scenario NAME[,NAME]  only these (default: all)
  --quick                 two rounds and short windows: to see that everything works, not to publish
  --profile               only where the time goes: the budget and the ten heaviest functions of weft and reference,
                          for every protocol
  --peers NAME[,NAME]     only these peers beside weft and reference (default: all that are found)
  --without NAME[,NAME]   leave subjects out
  --sources               run the sources of Weft; by default it is the bundle that ships, apps/proxy/bundle, which is built
                          first when it is not there or older than the sources
  --rounds N              rounds per scenario (default 5, with --quick 2)
  --json FILE             results with machine facts
  --micro [FILTER]        time the *.bench.ts files beside the sources instead

WEFT_PROXY_COMMAND in the environment names another Weft to run; \`start -c FILE\` is appended to it.

Examples
  npm run bench -- --scenario http1-throughput --peers haproxy,envoy
  npm run bench -- --profile --json bench/results/profile.local.json
  npm run bench -- --quick --json bench/results/today.local.json
  npm run bench -- --micro protocols/src/http1`;

function listOf(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(',').filter((word) => word !== '');
}

/** Reads the arguments; throws with a readable message on an unknown one. */
export function parseArguments(argv: readonly string[]): BenchArguments {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      scenario: { type: 'string' },
      peers: { type: 'string' },
      without: { type: 'string' },
      rounds: { type: 'string' },
      json: { type: 'string' },
      sources: { type: 'boolean', default: false },
      micro: { type: 'boolean', default: false },
    },
  });
  if (positionals.length > (values.micro ? 1 : 0)) throw new Error(`unexpected argument: ${positionals.at(-1)}`);
  const rounds = values.rounds === undefined ? 0 : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 0) throw new Error(`--rounds wants a whole number, not ${values.rounds}`);
  return {
    list: values.list,
    help: values.help,
    quick: values.quick,
    profile: values.profile,
    scenarios: listOf(values.scenario),
    peers: values.peers === undefined ? null : listOf(values.peers),
    json: values.json ?? '',
    micro: values.micro ? (positionals[0] ?? '') : null,
    rounds,
    without: listOf(values.without),
    sources: values.sources,
  };
}
