/** Scenarios about memory: under load with a large configuration, and with many connections that say nothing. */
import { holdCrowd } from '../load-process.ts';
import { descriptorLimit } from '../processes.ts';
import { spreadOf } from '../statistics.ts';
import { residentKib } from '../usage.ts';
import { figuresOf, medianOf } from './figures.ts';
import { startField, takeTurn } from './rounds.ts';
import { judge, type Scenario, type SubjectFigures } from './scenario.ts';

const CLUSTERS = 100;
const ROUTES = 1000;
const RATE = 4000;
const MAX_RESIDENT_MIB = 110;

export const memory: Scenario = {
  name: 'memory',
  summary: `resident memory at ${RATE} requests/s with ${CLUSTERS} clusters and ${ROUTES} routes`,
  run: async (settings) => {
    const field = await startField(settings, { protocol: 'http1', clusters: CLUSTERS, routes: ROUTES });
    try {
      const subjects: SubjectFigures[] = [];
      for (const contestant of field.contestants) {
        const { running } = contestant;
        const startedMib = residentKib(running.pid) / 1024;
        const turn = await takeTurn(running.pid, {
          kind: 'requests',
          protocol: 'http1',
          port: running.port,
          connections: 50,
          inFlight: 1,
          ratePerSecond: RATE,
          warmupMs: settings.warmupMs,
          durationMs: settings.quick ? 4000 : 20_000,
          requests: 0,
          requestBody: true,
        });
        settings.say(`  ${running.name}: ${Math.round(turn.residentKib / 1024)} MiB`);
        const result = figuresOf(contestant, [turn], ['residentMib', 'userMicros', 'p99Ms']);
        subjects.push({ ...result, figures: { startedMib: spreadOf([startedMib]), ...result.figures } });
      }
      const resident = medianOf(subjects, 'weft', 'residentMib');
      return [
        {
          scenario: 'memory',
          variant: '1 KB both ways',
          subjects,
          comparisons: [],
          verdicts: [judge(`weft resident ≤ ${MAX_RESIDENT_MIB} MiB`, resident, (value) => value <= MAX_RESIDENT_MIB)],
          absent: field.absent,
          notes: [],
          functions: [],
          budgets: [],
        },
      ];
    } finally {
      await field.stop();
    }
  },
};

const MAX_IDLE_KIB = 12;
const SETTLE_MS = 2000;

export const idleConnections: Scenario = {
  name: 'idle-connections',
  summary: 'resident memory per idle HTTP/1.1 connection, 10 000 of them (2000 with --quick)',
  run: async (settings) => {
    // Generator and proxies need a descriptor each, HAProxy reserves two, and Weft keeps a tenth for everything else.
    const wanted = Math.min(settings.quick ? 2000 : 10_000, Math.floor(descriptorLimit() * 0.45) - 200);
    const field = await startField(settings, { protocol: 'http1' });
    try {
      const subjects: SubjectFigures[] = [];
      const notes: string[] = [];
      for (const contestant of field.contestants) {
        const { running, candidate } = contestant;
        // The first connections load code and fill pools; they are not what an idle connection costs.
        const first = await holdCrowd({ kind: 'idle', port: running.port, connections: 200 });
        await first.release();
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
        const before = residentKib(running.pid);
        const crowd = await holdCrowd({ kind: 'idle', port: running.port, connections: wanted });
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
        const grown = residentKib(running.pid) - before;
        const stillOpen = await crowd.release();
        const each = grown / crowd.open;
        settings.say(`  ${running.name}: ${each.toFixed(1)} KiB each`);
        notes.push(`${running.name}: 100 000 would take ${Math.round((each * 100_000) / 1024)} MiB by extrapolation`);
        const lost = crowd.open - stillOpen;
        subjects.push({
          subject: candidate.subject.name,
          version: candidate.version,
          figures: {
            kibPerConnection: spreadOf([each]),
            idleMib: spreadOf([before / 1024]),
            connections: spreadOf([stillOpen]),
          },
          errors: lost,
          notes: lost > 0 ? [`${lost} connections were closed by the proxy`] : [],
        });
      }
      const each = medianOf(subjects, 'weft', 'kibPerConnection');
      return [
        {
          scenario: 'idle-connections',
          variant: `${wanted} connections that have had one request each`,
          subjects,
          comparisons: [],
          verdicts: [judge(`weft ≤ ${MAX_IDLE_KIB} KiB per connection`, each, (value) => value <= MAX_IDLE_KIB)],
          absent: field.absent,
          notes,
          functions: [],
          budgets: [],
        },
      ];
    } finally {
      await field.stop();
    }
  },
};
