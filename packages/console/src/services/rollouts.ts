import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Rollout, RolloutGuard, RolloutSelector, StartRolloutBody } from '@weft/api';
import { ruleCalls } from '@weft/api/client';
import type { RuleSegment } from '@weft/api/rules';
import { api } from './client.ts';
import { RESOURCES } from './queries.ts';

/** Figures of a rollout are of the last seconds. */
const LOOK_INTERVAL_MS = 1000;

/** The rollouts of a rule, newest first; looked at every second while one is under way. */
export function useRollouts(type: RuleSegment, id: number) {
  return useQuery({
    queryKey: [RESOURCES.rules, type, 'rollouts', id],
    queryFn: ({ signal }) => ruleCalls(api.ms, type).listRollouts({ params: { id } }, { signal }),
    refetchInterval: ({ state }) => (state.data?.items[0]?.endedAt === null ? LOOK_INTERVAL_MS : false),
  });
}

export type RolloutAct = 'pause' | 'resume' | 'promote' | 'abort';

/** The actions on rollouts of rules of a type. */
export function useRolloutActions(type: RuleSegment) {
  const queries = useQueryClient();
  const calls = ruleCalls(api.ms, type);
  const onSettled = (): void => void queries.invalidateQueries({ queryKey: [RESOURCES.rules] });
  return {
    start: useMutation({
      mutationFn: ({ id, version, body }: { id: number; version: number; body: StartRolloutBody }): Promise<Rollout> =>
        calls.startRollout({ params: { id }, body }, { ifMatch: version }),
      onSettled,
    }),
    act: useMutation({
      mutationFn: ({ id, act }: { id: number; act: RolloutAct }): Promise<Rollout> =>
        calls[`${act}Rollout`]({ params: { id }, body: {} }),
      onSettled,
    }),
  };
}
export type { Rollout, RolloutGuard, RolloutSelector, StartRolloutBody };
