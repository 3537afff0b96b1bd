import { message, type RuleKindContract, type ruleTable } from '@weft/api';
import { type CallContext, type Handlers, lacks } from '../../http/index.ts';
import type { MeshserverParts } from '../parts.ts';
import type { RuleStore } from '../rules/rule-store.ts';
import type { RolloutRun } from './rollout-run.ts';
import { toRollout } from './rollout-view.ts';
import { actorOf } from './rollouts.ts';
import { startRollout } from './start-rollout.ts';
import { readRollouts } from './stored-rollout.ts';

type RolloutHandlers = Pick<
  Handlers<ReturnType<typeof ruleTable<RuleKindContract>>>,
  'startRollout' | 'getRollout' | 'listRollouts' | 'pauseRollout' | 'resumeRollout' | 'promoteRollout' | 'abortRollout'
>;

/** The operations on rollouts of rules of one type. */
export function rolloutHandlers(parts: MeshserverParts, store: RuleStore): RolloutHandlers {
  const { rollouts, storage, clock } = parts;
  /** @throws ApiFailure NOT_FOUND */
  const underWay = (call: CallContext, id: number): RolloutRun => {
    const rule = store.get(call.caller, id);
    const run = rollouts.get(rule.ruleDbId);
    if (run === null) throw lacks(`${rule.body.name} has no rollout under way`);
    return run;
  };
  const saidBy = (comment: string | undefined) =>
    comment === undefined || comment === '' ? null : message('rollout.by-hand', { comment });
  const hang = (to: 'pause' | 'resume') => async (call: CallContext & Commented) => {
    const run = underWay(call, call.params.id);
    const row = await rollouts.hang(run, to, actorOf(call), saidBy(call.body.comment));
    return toRollout(row, run, clock);
  };
  const end = (how: 'promote' | 'abort') => async (call: CallContext & Commented) => {
    const run = underWay(call, call.params.id);
    return toRollout(await rollouts.end(run, how, actorOf(call), saidBy(call.body.comment), null), null, clock);
  };
  return {
    async startRollout(call) {
      const row = await startRollout(parts, store, call, call.params.id);
      return toRollout(row, rollouts.get(row.ruleDbId), clock);
    },
    async getRollout(call) {
      const { ruleDbId, body } = store.get(call.caller, call.params.id);
      const run = rollouts.get(ruleDbId);
      if (run !== null) return toRollout(run.row, run, clock);
      const [last] = await readRollouts(storage, ruleDbId, 1);
      if (last === undefined) throw lacks(`${body.name} never had a rollout`);
      return toRollout(last, null, clock);
    },
    async listRollouts(call) {
      const { ruleDbId } = store.get(call.caller, call.params.id);
      const run = rollouts.get(ruleDbId);
      const rows = await readRollouts(storage, ruleDbId);
      return {
        items: rows.map((row) =>
          run?.row.rolloutId === row.rolloutId ? toRollout(run.row, run, clock) : toRollout(row, null, clock),
        ),
      };
    },
    pauseRollout: hang('pause'),
    resumeRollout: hang('resume'),
    promoteRollout: end('promote'),
    abortRollout: end('abort'),
  };
}

interface Commented {
  readonly params: { readonly id: number };
  readonly body: { readonly comment?: string };
}
