import type { FuseSpec } from '@weft/schema/wire';

/** What a breaker comes to, for a form that shows it while it is written. */
export function previewFuse(spec: FuseSpec): string {
  const { triggerType, threshold, thresholdUnit, floorRequestCount, triggerWindowMillis } = spec;
  const percent = thresholdUnit === 'ratio' ? threshold * 100 : threshold;
  const when =
    triggerType === 'errorRatio'
      ? `${Math.round(percent * 1000) / 1000} % of them fail`
      : `they take ${threshold} ms on average`;
  const probes = spec.probeNum === 1 ? '1 probe' : `${spec.probeNum} probes`;
  return `opens when of at least ${floorRequestCount} calls in ${triggerWindowMillis / 1000} s ${when}; refuses for ${spec.meltWindowMillis / 1000} s, then ${probes}`;
}
