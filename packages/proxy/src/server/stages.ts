/** Life-cycle stages; the numbers are MOSN's, tools read them from the admin API. */
export const Stage = {
  NIL: 0,
  PARAMS_PARSED: 1,
  INITING: 2,
  PRE_START: 3,
  STARTING: 4,
  AFTER_START: 5,
  RUNNING: 6,
  BEFORE_STOP: 7,
  GRACEFUL_STOPPING: 8,
  STOPPING: 9,
  AFTER_STOP: 10,
  STOPPED: 11,
} as const;
export type Stage = (typeof Stage)[keyof typeof Stage];

/** It takes requests, until its callers have heard that it leaves. */
export const isServing = (stage: Stage): boolean => stage === Stage.RUNNING || stage === Stage.BEFORE_STOP;

/** Value of `container_state` for a stage: 0 starting, 1 normal, 2 draining, 3 offline. */
export function containerState(stage: Stage): number {
  if (stage < Stage.RUNNING) return 0;
  if (stage === Stage.RUNNING) return 1;
  return stage < Stage.STOPPED ? 2 : 3;
}
