import type { RuleState } from '@weft/sdk';
import { exceptionRate, RAMP_MS } from './algorithm.ts';
import { OWN } from './messages.ts';
import type { IsolateEntryProgram } from './program.ts';
import type { Isolation, ServiceIsolation } from './service-isolation.ts';

interface Counted {
  readonly calls: number;
  readonly exceptions: number;
}

const rateOf = (counted: Counted): number => Math.round(exceptionRate(counted) * 100) / 100;

/** What an instance is judged by, as logs have it. */
export const figuresOf = (counted: Counted): string =>
  `call=${counted.calls} exception=${counted.exceptions} rate=${rateOf(counted)}`;

const headOf = ({ ruleDbId, name, resource, direction, mode }: IsolateEntryProgram, service: ServiceIsolation) => ({
  ...{ ruleDbId, name, resource, direction, mode },
  service: service.service,
});

const countsOf = ({ calls, exceptions }: Counted) => ({ calls, exceptions, rate: rateOf({ calls, exceptions }) });

/** An instance that is left out or on its way back. */
export function stateOf(
  program: IsolateEntryProgram,
  service: ServiceIsolation,
  isolation: Isolation,
  nowMs: number,
): RuleState {
  const { sinceMs, untilMs } = isolation;
  const isolated = untilMs > nowMs;
  return {
    ...headOf(program, service),
    state: isolated ? 'ISOLATED' : 'RECOVERING',
    remainingMs: Math.ceil((isolated ? untilMs : untilMs + RAMP_MS) - nowMs),
    host: service.shownAddress(isolation),
    forMs: Math.max(0, Math.floor(nowMs - (isolated ? sinceMs : untilMs))),
    counts: countsOf(isolation),
  };
}

/** The instance beside the proxy while it asks to be left out and is not; none when it does not. */
export function askStateOf(program: IsolateEntryProgram, service: ServiceIsolation, nowMs: number): RuleState[] {
  const { ask } = service;
  if (ask === null || ask.endsMs <= nowMs) return [];
  return [
    {
      ...headOf(program, service),
      state: 'ASKING',
      remainingMs: Math.ceil(ask.endsMs - nowMs),
      host: service.shownAddress({ address: OWN }),
      forMs: Math.max(0, Math.floor(nowMs - ask.sinceMs)),
      reason: ask.reason,
      counts: countsOf(ask),
    },
  ];
}
