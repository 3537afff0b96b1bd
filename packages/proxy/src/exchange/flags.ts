import { RequestEnd } from '../governance/chain.ts';

/** Response flags: why a request ended as it did. Bits as MOSN numbers them; the higher ones are Weft's. */
export const Flag = {
  NoHealthyUpstream: 0x2,
  UpstreamRequestTimeout: 0x4,
  UpstreamLocalReset: 0x8,
  UpstreamRemoteReset: 0x10,
  UpstreamConnectionFailure: 0x20,
  UpstreamConnectionTermination: 0x40,
  UpstreamOverflow: 0x80,
  NoRouteFound: 0x100,
  DelayInjected: 0x200,
  FaultInjected: 0x400,
  RateLimited: 0x800,
  ReqEntityTooLarge: 0x1000,
  DownStreamTerminate: 0x2000,
  Overloaded: 0x4000,
  FilterFault: 0x8000,
  PhaseLoop: 0x10000,
  AUTHZ_DENIED: 0x20000,
  CIRCUIT_OPEN: 0x40000,
  DEGRADED: 0x80000,
  TranscodeFailed: 0x100000,
} as const;
export type FlagName = keyof typeof Flag;

const NAMES = Object.entries(Flag) as [FlagName, number][];

/** Names joined by commas; undefined when there is none, so that a log prints `-`. */
export function flagNames(bits: number): string | undefined {
  if (bits === 0) return undefined;
  let text = '';
  for (const [name, bit] of NAMES) if ((bits & bit) !== 0) text += text === '' ? name : `,${name}`;
  return text;
}

const NO_ANSWER =
  Flag.NoHealthyUpstream |
  Flag.UpstreamRequestTimeout |
  Flag.UpstreamLocalReset |
  Flag.UpstreamRemoteReset |
  Flag.UpstreamConnectionFailure |
  Flag.UpstreamConnectionTermination |
  Flag.UpstreamOverflow;

/** Who ended a request, for rules that judge services by it. */
export function endOf(flags: number): RequestEnd {
  if ((flags & Flag.DownStreamTerminate) !== 0) return RequestEnd.CANCELLED;
  return (flags & NO_ANSWER) === 0 ? RequestEnd.ANSWERED : RequestEnd.UNANSWERED;
}
