/** Routing as plain data: what the control thread compiles and data threads instantiate. Times in ms. */

export interface StringMatchProgram {
  readonly name: string;
  readonly value: string;
  readonly regex: boolean;
}

export interface VariableMatchProgram extends StringMatchProgram {
  /** How this item joins the one before it. */
  readonly join: 'and' | 'or';
}

export interface MatchProgram {
  readonly kind: 'prefix' | 'path' | 'regex' | 'variables' | 'headers';
  /** The prefix, path or pattern; '' for the last two kinds. */
  readonly value: string;
  readonly headers: readonly StringMatchProgram[];
  readonly variables: readonly VariableMatchProgram[];
}

export interface HeaderOptionProgram {
  readonly name: string;
  /** May hold `%variable%`. */
  readonly value: string;
  readonly append: boolean;
}

/** Changes of the headers of one direction. */
export interface MutationProgram {
  readonly add: readonly HeaderOptionProgram[];
  readonly remove: readonly string[];
}

export interface RetryProgram {
  readonly retryOn: boolean;
  /** Per attempt; 0 = none of its own. */
  readonly tryTimeoutMs: number;
  readonly maxRetries: number;
  /** Empty = 500 and above. */
  readonly statusCodes: readonly number[];
}

export interface ForwardProgram {
  readonly kind: 'forward';
  readonly clusters: readonly { readonly name: string; readonly weight: number }[];
  /** Name of the variable that holds the cluster's name; '' = not used. */
  readonly clusterVariable: string;
  /** Name of a protocol; '' or `Auto` = as downstream. */
  readonly upstreamProtocol: string;
  /** Explicit timeout for the whole exchange; 0 = the default, which ends with the response head. */
  readonly timeoutMs: number;
  readonly retry: RetryProgram | null;
  readonly prefixRewrite: string;
  /** `substitution` as `String.replace` takes it. */
  readonly regexRewrite: { readonly pattern: string; readonly substitution: string } | null;
  readonly hostRewrite: string;
  readonly autoHostRewrite: boolean;
  readonly autoHostRewriteHeader: string;
}

export interface RedirectProgram {
  readonly kind: 'redirect';
  readonly status: number;
  readonly path: string;
  readonly host: string;
  readonly scheme: string;
}

export interface DirectProgram {
  readonly kind: 'direct';
  readonly status: number;
  readonly body: string;
}

export type ActionProgram = ForwardProgram | RedirectProgram | DirectProgram;

export interface RouteProgram {
  /** Where it stands in the configuration, such as `virtual_hosts[0].routers[2]`. */
  readonly name: string;
  readonly match: MatchProgram;
  readonly action: ActionProgram;
  readonly request: MutationProgram;
  readonly response: MutationProgram;
  /** Filter type → validated configuration. */
  readonly perFilter: Readonly<Record<string, unknown>>;
}

export interface VirtualHostProgram {
  readonly name: string;
  readonly domains: readonly string[];
  readonly routes: readonly RouteProgram[];
  readonly request: MutationProgram;
  readonly response: MutationProgram;
  readonly perFilter: Readonly<Record<string, unknown>>;
}

export interface RouterProgram {
  readonly name: string;
  readonly digest: string;
  readonly virtualHosts: readonly VirtualHostProgram[];
  readonly request: MutationProgram;
  readonly response: MutationProgram;
}
