/** Bytes per second through a TCP proxy, in 64 KB writes. */
import { compare, figuresOf, ratioTo, unsaturated } from './figures.ts';
import { profileOf } from './gates.ts';
import { type JobFor, runRounds, startField } from './rounds.ts';
import { judge, type Scenario } from './scenario.ts';

const CONNECTIONS = 8;
const MIN_RATIO_TO_HAPROXY = 0.6;

const jobFor: JobFor = (port, warmupMs, durationMs) => ({
  kind: 'stream',
  port,
  connections: CONNECTIONS,
  warmupMs,
  durationMs,
});

export const tcpBytes: Scenario = {
  name: 'tcp-bytes',
  summary: 'TCP proxy, one way, 64 KB writes, 8 connections; CPU is per 64 KB',
  profile: async (settings) => [
    await profileOf('tcp-bytes', `${CONNECTIONS} connections`, settings, { protocol: 'tcp' }, jobFor),
  ],
  run: async (settings) => {
    const field = await startField(settings, { protocol: 'tcp' });
    try {
      const turns = await runRounds(settings, field.contestants, jobFor);
      const subjects = field.contestants.map((contestant) =>
        figuresOf(contestant, turns.get(contestant.running.name) ?? [], [
          'bytesPerSecond',
          'userMicros',
          'systemMicros',
          'cpuShare',
        ]),
      );
      const comparisons = compare(field.contestants, turns, ['bytesPerSecond', 'userMicros']);
      const ratio = subjects[0]?.subject === 'weft' ? ratioTo(comparisons, 'haproxy', 'bytesPerSecond') : undefined;
      return [
        {
          scenario: 'tcp-bytes',
          variant: `${CONNECTIONS} connections`,
          subjects,
          comparisons,
          verdicts: [
            judge(`weft bytes/s ≥ ${MIN_RATIO_TO_HAPROXY}× haproxy`, ratio, (value) => value >= MIN_RATIO_TO_HAPROXY),
          ],
          absent: field.absent,
          notes: unsaturated(subjects),
          functions: [],
          budgets: [],
        },
      ];
    } finally {
      await field.stop();
    }
  },
};
