import { type Message, type MessageId, message, problemMessage, type RolloutBreach } from '@weft/api';

/** With what the figures were compared. */
const FIGURES: Readonly<Record<RolloutBreach['referenceOf'], MessageId>> = {
  others: 'rollout.halted-figures',
  before: 'rollout.halted-figures-before',
  none: 'rollout.halted-figures-alone',
};

/** Why a rollout was given up by itself. */
export function sayBreach(breach: RolloutBreach): Message {
  const { guard, found, reference, limit, requests, windowSec: seconds } = breach;
  if (guard === 'refused')
    return message('rollout.halted-refused', {
      proxy: breach.proxies[0] ?? '',
      reason: problemMessage(breach.reason) ?? breach.reason,
    });
  const shown = (value: number): string =>
    guard === 'maxRtIncreaseMs' || guard === 'maxP99IncreaseMs' ? `${round(value)} ms` : `${round(value * 100)} %`;
  return message(FIGURES[breach.referenceOf], {
    guard: message(`rollout.guard-${guard}`),
    found: shown(found),
    reference: shown(reference),
    limit: shown(limit),
    requests,
    seconds,
  });
}

const round = (value: number): number => Math.round(value * 100) / 100;
