import type { BacktestResult } from '@weft/api';
import type { MessageKey } from '../../i18n/index.ts';
import { makesUpAnswers } from '../../ui/answers-instead.ts';

interface HitsWords {
  /** What is counted as refused. */
  readonly acted: MessageKey;
  readonly would: MessageKey;
  readonly samples: MessageKey;
}

/** What the counters of a rule count: a fault or a degradation need not refuse what is counted as refused. */
export function hitsWords(segment: string, spec: object): HitsWords {
  if (makesUpAnswers(segment, spec))
    return { acted: 'hits.answered', would: 'hits.would-answer', samples: 'hits.samples-answered' };
  const fault = segment === 'fault-inject';
  return {
    acted: fault ? 'hits.injected' : 'hits.rejected',
    would: fault ? 'hits.would-inject' : 'hits.would',
    samples: 'hits.samples',
  };
}

type Counts = Pick<BacktestResult, 'rejected' | 'delayed' | 'copied'>;

/** A count of a trial that says what the rule does. */
interface Effect {
  readonly of: keyof Counts;
  readonly title: MessageKey;
}

/** The counts to show of a trial: what the rule is there for, also where it is 0, and what it did besides. */
export function effectsOf(segment: string, spec: object, counts: Counts): readonly Effect[] {
  const usual = usualEffect(segment, spec);
  const titles = {
    rejected: refusedTitle(segment, spec),
    delayed: 'backtest.delayed',
    copied: 'backtest.copied',
  } as const;
  return (['rejected', 'delayed', 'copied'] as const)
    .filter((of) => of === usual || counts[of] > 0)
    .map((of) => ({ of, title: titles[of] }));
}

function usualEffect(segment: string, spec: object): keyof Counts {
  if (segment === 'mirror') return 'copied';
  const { ruleType } = spec as { readonly ruleType?: unknown };
  return segment === 'fault-inject' && ruleType === 'DELAY' ? 'delayed' : 'rejected';
}

function refusedTitle(segment: string, spec: object): MessageKey {
  if (segment === 'fault-inject') return 'backtest.failed';
  return makesUpAnswers(segment, spec) ? 'backtest.answered' : 'backtest.rejected';
}
