import { HostChoice } from './host-choice.ts';

/** How a request ended, as far as rules judge by it. Small integers: compared on the request path. */
export const OutcomeKind = {
  /** The service answered, and not with an error of its own. */
  SUCCESS: 0,
  /** The service answered with an error, in the words of its protocol. */
  ERROR: 1,
  /** There was no answer, or no whole one: timeout, no connection, reset, no host. */
  UNANSWERED: 2,
  /** The caller left before the answer: says nothing about the service. */
  CANCELLED: 3,
} as const;
export type OutcomeKind = (typeof OutcomeKind)[keyof typeof OutcomeKind];

/** The end of one request. Reused: valid until `onComplete` returns. */
export class RuleOutcome {
  kind: OutcomeKind = OutcomeKind.SUCCESS;
  /** Status in the words of the protocol: that of HTTP, of gRPC, of Bolt, of Dubbo; 0 when nobody answered. */
  code = 0;
  /** Monotonic ms at which it ended, on the clock of `RuleRequest`. */
  nowMs = 0;
  /** Ms from the request to the end of its answer. */
  durationMs = 0;
  /** The answer was an error to the caller, whoever gave it, or there was none. */
  failed = false;
  /** `ip:port` of the host that was asked last; '' when none was. */
  hostAddress = '';
  /** Cluster of that host; '' when none was looked for. */
  clusterName = '';
  /** Which hosts the request was to go to, and where it went. */
  readonly hosts = new HostChoice();
}
