import { message, messageText, type Rollout, type RolloutFigures } from '@weft/api';
import type { Clock } from '@weft/kit';
import { type Counts, Sum } from '../figures/sum.ts';
import { iso } from '../range.ts';
import { diffOf } from '../rules/diff.ts';
import { errorRate, meanMs, p99Ms, rejectRate } from './guard.ts';
import { type RolloutClient, type RolloutRun, WINDOW_MS } from './rollout-run.ts';
import { summaryOf } from './rollouts.ts';
import type { StoredRollout } from './stored-rollout.ts';

/** Proxies that an answer has room for. */
const MAX_INSTANCES = 1000;

/** A rollout as the interface shows it; `run` is null for one that is over. */
export function toRollout(row: StoredRollout, run: RolloutRun | null, clock: Clock): Rollout {
  const now = clock.wallNow();
  const next = run?.next(now) ?? null;
  const left = run === null || row.state !== 'RUNNING' ? null : Math.ceil(run.leftMs(now) / 1000);
  const percent = row.plan.steps[row.step]?.percent ?? 0;
  const said =
    row.state === 'PROMOTED'
      ? message('rollout.is-promoted')
      : row.state === 'ABORTED'
        ? message('rollout.is-aborted')
        : next?.kind === 'wait'
          ? next.said
          : message('rollout.is-waiting', { percent, seconds: 0 });
  const { selected = NOTHING, reference = null } = run?.window(now) ?? {};
  const boundsMs = run?.boundsMs ?? [];
  const over = row.endedAt !== 0;
  return {
    ...summaryOf(row, run),
    ruleDbId: row.ruleDbId,
    steps: [...row.plan.steps],
    selector: row.plan.selector,
    autoPromote: row.plan.autoPromote,
    comment: row.plan.comment,
    startedAt: iso(row.startedAt),
    startedBy: row.startedBy,
    endedAt: over ? iso(row.endedAt) : null,
    endedBy: over ? row.endedBy : null,
    secondsLeft: left,
    text: messageText(said),
    said,
    changes: diffOf(row.plan.before, row.plan.after),
    dataIds: row.plan.documents.map(({ dataId }) => dataId),
    instances: instancesOf(run),
    figures: {
      windowSec: WINDOW_MS / 1000,
      selected: toFigures(selected, boundsMs),
      reference: toFigures(reference?.counts ?? NOTHING, boundsMs),
      referenceOf: reference?.of ?? 'none',
    },
    breach: row.breach,
    history: row.history.map(({ atMs, by, what, percent: share, said: note }) => ({
      at: iso(atMs),
      by,
      what,
      percent: share,
      text: note === null ? '' : messageText(note),
      said: note,
    })),
  };
}

/** The selected ones first, as far as an answer has room. */
function instancesOf(run: RolloutRun | null): RolloutClient[] {
  const clients = run?.clients ?? [];
  return [...clients.filter(({ selected }) => selected), ...clients.filter(({ selected }) => !selected)].slice(
    0,
    MAX_INSTANCES,
  );
}

const NOTHING: Counts = new Sum();

function toFigures(counts: Counts, boundsMs: readonly number[]): RolloutFigures {
  const requests = Math.round(counts.requests);
  if (requests === 0) return { requests, errorRate: null, rejectRate: null, rtMs: null, p99Ms: null };
  const round = (value: number, digits: number): number => Number(value.toFixed(digits));
  return {
    requests,
    errorRate: round(errorRate(counts), 4),
    rejectRate: round(rejectRate(counts), 4),
    rtMs: round(meanMs(counts), 2),
    p99Ms: p99Ms(counts, boundsMs),
  };
}
