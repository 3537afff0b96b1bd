/**
 * What a request costs in JavaScript, without system calls: `npm run bench -- --micro loop`. A script in the process of the
 * proxy hands it the bytes of callers and hosts and takes what it writes (`preload.ts`), so other programs on the machine
 * disturb little: the least of many short samples is given, and the ratio to the reference without the script's own time.
 *
 * LOOP_PROTOCOLS=bolt,http2 chooses protocols, LOOP_PROFILE=FOLDER writes a CPU profile of each proxy, LOOP_ROUNDS=5 starts
 * each as often. Weft is the bundle that ships, built when it is older than the sources, unless the bench is started with
 * --sources or WEFT_PROXY_COMMAND names another Weft.
 */
import { ensureBundle } from '../bundle.ts';
import { stopEverything } from '../processes.ts';
import { reference } from '../subjects/reference.ts';
import type { Subject } from '../subjects/subject.ts';
import { weft } from '../subjects/weft.ts';
import { chosenForm } from '../subjects/weft-form.ts';
import { type MeasureOptions, measure, type Variant } from './measure.ts';

const VARIANTS: readonly Variant[] = [
  { protocol: 'http1', connections: 50, inFlight: 1 },
  { protocol: 'http2', connections: 20, inFlight: 10 },
  { protocol: 'grpc', connections: 20, inFlight: 10 },
  { protocol: 'bolt', connections: 50, inFlight: 1 },
  { protocol: 'bolt', connections: 50, inFlight: 8 },
  { protocol: 'dubbo', connections: 50, inFlight: 1 },
  { protocol: 'dubbo', connections: 50, inFlight: 8 },
];

/** Time per operation that `bench --micro` asks for, ms; 100 for a quick look. */
const timeMs = Number(process.argv[3] ?? 1000);
const isQuick = timeMs <= 100;
const rounds = Number(process.env['LOOP_ROUNDS'] ?? (isQuick ? 1 : 3));
const chosen = process.env['LOOP_PROTOCOLS']?.split(',') ?? [];
const options: MeasureOptions = {
  warmupMs: isQuick ? 500 : 2500,
  durationMs: 2 * timeMs,
  profiles: process.env['LOOP_PROFILE'] ?? '',
};

interface Figures {
  micros: number;
  bytes: number;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

async function measureAll(subject: Subject | null, variant: Variant, best: Figures): Promise<void> {
  const { micros, bytes } = await measure(subject, variant, options);
  best.micros = Math.min(best.micros, ...micros);
  best.bytes = Math.min(best.bytes, median(bytes));
}

const fresh = (): Figures => ({ micros: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY });

try {
  if (chosenForm() === 'bundle') await ensureBundle((line) => process.stdout.write(`  ${line}\n`));
  for (const variant of VARIANTS) {
    if (chosen.length > 0 && !chosen.includes(variant.protocol)) continue;
    const [own, floor, script] = [fresh(), fresh(), fresh()];
    for (let round = 0; round < rounds; round++) {
      await measureAll(weft, variant, own);
      await measureAll(reference, variant, floor);
      await measureAll(null, variant, script);
    }
    const ratio = (own.micros - script.micros) / (floor.micros - script.micros);
    process.stdout.write(
      `  ${variant.protocol.padEnd(6)} ${String(variant.inFlight).padStart(2)} in flight  weft ${own.micros.toFixed(2)} µs  ` +
        `reference ${floor.micros.toFixed(2)} µs  script ${script.micros.toFixed(2)} µs  ratio ${ratio.toFixed(2)}  ` +
        `weft ${Math.round(own.bytes)} bytes  reference ${Math.round(floor.bytes)} bytes\n`,
    );
  }
} finally {
  stopEverything();
}
