import type { MappingTranscoder, Message, Trial, TrialAnswer, TrialRequest } from '@weft/api';
import type { ConfigProblem } from '@weft/kit';
import type { RuleBody, RuleType } from '@weft/schema/rules';

/** The body of a rule of any type. */
export type AnyRuleBody = RuleBody & { readonly spec: object };

/** A rule with its key in the database, as documents have it. */
export interface KeyedRule {
  readonly ruleDbId: number;
  readonly body: AnyRuleBody;
  /** Of the rule, where it has one; for documents that tell it. */
  readonly version?: number;
  /** Services at which the list that the rule is in is switched off. */
  readonly offAt?: readonly string[];
}

/** The list that a rule is in, at these services; `*` is the whole app. */
export interface RuleList {
  readonly list: string;
  readonly services: readonly string[];
}

/** A request in the words of the interface, for a simulation. */
export interface SimulatedCall {
  readonly direction: 'SERVER' | 'CLIENT';
  readonly app: string;
  readonly zone: string;
  /** dataId. */
  readonly service: string;
  readonly method: string;
  readonly httpMethod: string;
  readonly httpPath: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sourceApp: string;
  /** '' where it is not said: then rules that ask for it say `unknown`. */
  readonly sourceIp: string;
  /** That many, at one instant. */
  readonly requests: number;
}

/** What one rule said of one request. */
export interface SimulatedRule {
  readonly ruleDbId: number;
  readonly name: string;
  readonly mode: 'CONTROL' | 'OBSERVE';
  readonly matched: boolean;
  readonly verdict: 'pass' | 'reject' | 'would_reject' | 'delay' | 'would_delay' | 'not_matched' | 'skipped';
  readonly detail: string;
  /** What `reject` comes to when it is no refusal; `percent` of the matching requests meet it. */
  readonly effect?: { readonly kind: 'answer' | 'fault'; readonly status: number; readonly percent: number };
  readonly conditions: readonly { readonly condition: string; readonly actual: string; readonly matched: boolean }[];
}

/** What a proxy says of a question; `unknown`: it depends on what was not said. */
export type ExplainedRule = Omit<SimulatedRule, 'verdict'> & {
  readonly verdict: SimulatedRule['verdict'] | 'unknown';
  /** Where it refuses: what the protocol of the caller calls the answer, if it has words of its own. */
  readonly answer?: string;
};

/** The answer of a rule that refuses; `status` is 0 where it is that of the type. */
export interface SimulatedRejection {
  readonly word: string;
  readonly ruleDbId: number;
  readonly status: number;
  readonly grpcStatus?: number;
  /** It is a success that the rule makes up. */
  readonly answer?: object;
}

export interface SimulatedAnswer {
  readonly rejected: boolean;
  /** Rule that refused it. */
  readonly ruleDbId: number | null;
  /** What the caller is told, before its protocol has words for it; null when it passes. */
  readonly rejection: SimulatedRejection | null;
  /** How long it waits before it goes on; 0 when it does not. */
  readonly delayMs: number;
  /** Labels of the instances that it would try first; '' where no rule chooses. */
  readonly group: string;
  readonly rules: readonly ExplainedRule[];
}

/** The proxy whose requests are played again, as its rules know it. */
export interface ReplayingProxy {
  readonly app: string;
  readonly ip: string;
  readonly zone: string;
  readonly dataCenter: string;
  readonly cluster: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A request that a proxy remembers, as it answers it. */
export interface RecordedCall {
  readonly nowMs: number;
  readonly atMs: number;
  readonly protocol: string;
  readonly isHttp: boolean;
  readonly host: string;
  readonly service: string;
  readonly method: string;
  readonly httpMethod: string;
  readonly path: string;
  readonly localPort: number;
  readonly timeoutMs: number;
  readonly serviceId: string;
  readonly sourceApp: string;
  readonly sourceIp: string;
  readonly targetApp: string;
  readonly targetIp: string;
  /** Names and values by turns. */
  readonly headers: readonly string[];
  /** How many requests it stands for. */
  readonly stands: number;
  readonly verdict: string;
  readonly durationMs: number;
  readonly failed: boolean;
}

/** Whether an instance of a service, by its dataId, has the labels; also where the instances are not known. */
export type InstanceFinder = (
  serviceId: string,
  labels: readonly (readonly [name: string, value: string])[],
) => boolean;

/** What became of a record that was played again, and of those that it stands for. */
export interface ReplayedCall {
  /** Index of the record. */
  readonly index: number;
  readonly matched: number;
  readonly rejected: number;
  readonly delayed: number;
  readonly copied: number;
  /** Labels of the instances that would be tried first, and how often. */
  readonly groups: ReadonlyMap<string, number>;
  /** The condition that did not hold. */
  readonly unmatched: { readonly condition: string; readonly actual: string } | null;
}

/** What a rule comes to, for a form that shows it while it is written. */
export interface RulePreviewed {
  readonly said: Message;
  /** The fields that the interface has for this type; null where one has no meaning. */
  readonly fields: Readonly<Record<string, number | string | null>>;
}

/**
 * The code of one type of rules, as proxies have it. The composition root brings it: what is checked and simulated here
 * is what acts there. The type has an entry in the interface (`RULE_KINDS` of `@weft/api`) and names for its documents
 * (`RULE_DOCUMENTS` of `@weft/schema/data-id`).
 */
export interface RuleKind {
  readonly type: RuleType;
  /**
   * Whose documents carry a rule: of its app, or of each of its services. Documents are by owner, so that a proxy gets the
   * rules that concern it.
   */
  readonly ownedBy: 'app' | 'service';
  /** Place among the types of each direction, smaller first; 0 = does not act there. */
  readonly order: Readonly<Record<'SERVER' | 'CLIENT', number>>;
  /** The body, completed with its defaults, or everything that is wrong with it. */
  check(
    input: unknown,
  ):
    | { readonly kind: 'ok'; readonly body: AnyRuleBody }
    | { readonly kind: 'refused'; readonly problems: readonly ConfigProblem[] };
  /** For types whose rules are in lists that have switches of their own. */
  readonly listOf?: (body: AnyRuleBody) => RuleList;
  /** Seconds after which a rule that is on is switched off by itself; 0 for never. */
  readonly ttlSecondsOf?: (body: AnyRuleBody) => number;
  /** The document of an owner; `*` is that of the rules for every app. */
  toDocument(owner: string, rules: readonly KeyedRule[]): unknown;
  /** What a proxy would refuse in a document; empty when nothing. */
  documentProblems(text: string): readonly ConfigProblem[];
  /** What is right in a body and does nothing. */
  readonly warnings?: (body: AnyRuleBody) => readonly Message[];
  /**
   * What of a rule others of its type leave without effect, or the other way round. A rule that is new has an infinite number;
   * `others` are on, of its workspace, and share a service with it.
   */
  readonly conflicts?: (rule: KeyedRule, others: readonly KeyedRule[]) => readonly Message[];
  /** For types that send requests to a service which the app need not call: its dataId; '' for none. */
  readonly sendsTo?: (body: AnyRuleBody) => string;
  /** For types of which a rule of an app takes the place of one for every app: whether `own` does so for `shared`. */
  readonly shadows?: (own: AnyRuleBody, shared: AnyRuleBody) => boolean;
  /** Of the rules of a service and method only the one with the smallest number acts. */
  readonly firstOnly?: boolean;
  /** For types that convert between protocols: what becomes of a sample, and of its answer. `transcoder` is one of the interface. */
  readonly convert?: (
    body: AnyRuleBody,
    transcoder: MappingTranscoder,
    request: TrialRequest,
    answer: TrialAnswer | null,
  ) => Promise<Trial>;
  /** `instances`: live proxies that the rule would reach. */
  preview(body: AnyRuleBody, instances: number): RulePreviewed;
  simulate(rules: readonly KeyedRule[], call: SimulatedCall): readonly SimulatedAnswer[];
  /**
   * Plays requests that a proxy remembers, in the order of their time, as though these rules had been the only ones there.
   * Gives what became of those of one second after the other. `hasHost` stands for the instances that there are now.
   * Rules that end by themselves act all the time.
   */
  replay(
    rules: readonly KeyedRule[],
    proxy: ReplayingProxy,
    direction: 'SERVER' | 'CLIENT',
    calls: readonly RecordedCall[],
    hasHost: InstanceFinder,
  ): Generator<readonly ReplayedCall[], void>;
}
