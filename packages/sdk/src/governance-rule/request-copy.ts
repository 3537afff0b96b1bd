/** What became of a copy. Small integers. */
export const CopyResult = {
  /** It was answered, and not with an error; a one-way request was sent. */
  OK: 0,
  /** It was answered with an error. */
  ERROR: 1,
  /** No answer, or no whole one. */
  FAILED: 2,
  /** It was not sent. */
  DROPPED: 3,
  /** It was not sent: earlier ones could not be, and the host is left alone for a while. */
  RESTED: 4,
} as const;
export type CopyResult = (typeof CopyResult)[keyof typeof CopyResult];

/**
 * Where copies of requests go, and how they differ. Made when a rule is built, never per request; the engine knows nothing
 * of whoever made it. Copies are sent when the request has been sent as a whole; their answers are thrown away.
 */
export interface RequestCopy {
  /** Name of a cluster, such as the dataId of a service that the app subscribes; '' for `addresses`. */
  readonly cluster: string;
  /** `ip:port` each; one of them gets a copy, in turn. */
  readonly addresses: readonly string[];
  /** Every host of the target gets a copy. */
  readonly toEveryHost: boolean;
  /** Copies of each request. */
  readonly times: number;
  /** Requests with longer bodies are not copied. */
  readonly maxBodyBytes: number;
  /** Copies under way on this thread; beyond it they are dropped. */
  readonly maxPending: number;
  /** Names of headers that the copy does not have. */
  readonly removeHeaders: readonly string[];
  /** Set in the copy. */
  readonly setHeaders: readonly (readonly [name: string, value: string])[];
  /** Appended to the host that an HTTP request names, before its port. */
  readonly hostSuffix: string;
  /** Copies under way on this thread; the engine counts. */
  pending: number;
  /**
   * A copy is over.
   *
   * @param target where it was sent, or was to be
   * @param reason why it was dropped or failed, or for how long the host rests; '' otherwise
   * @param note what `RuleDecision.copy` was given
   */
  onCopied(result: CopyResult, durationMs: number, target: string, reason: string, note: string): void;
}

/** A copy that a rule wants of one request. */
export interface WantedCopy {
  readonly copy: RequestCopy;
  /** A text of the rule's own. */
  readonly note: string;
}
