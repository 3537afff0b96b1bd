/** What a rule asks of the control plane: that all callers leave the instance beside its proxy out. */
export interface RuleAsk {
  readonly ruleDbId: number;
  /** dataId, or what requests call the service by. */
  readonly service: string;
  /** It was granted and goes on. */
  readonly granted: boolean;
  /** How long, or how much longer, ms. */
  readonly forMs: number;
  /** What the instance was judged by. */
  readonly calls: number;
  readonly exceptions: number;
  /** Most instances of the app at one time. */
  readonly maxInstances: number;
  /** Most of the app's instances of the service, 0 to 1. */
  readonly maxRatio: number;
}

/** What the control plane says to it. */
export interface AskVerdict {
  readonly ruleDbId: number;
  /** As it was asked. */
  readonly service: string;
  /** The instance is left out; otherwise it is not, or not any more. */
  readonly granted: boolean;
  /** How long from now, ms; 0 when it is not granted. */
  readonly forMs: number;
  /** `ip:port` that callers, by the registry, have of the instance; '' when they have none. */
  readonly host: string;
  /** Why it is not granted; '' when it is. */
  readonly reason: string;
}
