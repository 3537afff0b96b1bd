import assert from 'node:assert/strict';
import {
  type BoundTranscoder,
  type HostProtocol,
  type ResponseFlagName,
  type StreamContext,
  type StreamFilter,
  type StreamFilterDefinition,
  undeclaredVariable,
  Verdict,
  WRITABLE_VARIABLES,
} from '../filter/index.ts';
import {
  type LocalReply,
  PlainHeaders,
  PlainRequestHead,
  PlainResponseHead,
  type RequestHead,
  type ResponseHead,
} from '../protocol/index.ts';
import { CONVERTED_HEADER } from '../transcoder/index.ts';
import type { ComplianceCase } from './compliance-case.ts';

/** A stream as a filter sees it, without a proxy: what the filter does is recorded, time passes when the test says so. */
export class TestStreamContext implements StreamContext {
  request: RequestHead;
  response: ResponseHead | null = null;
  attempt = 0;
  clusterName = '';
  routeName = '';
  hostProtocol: HostProtocol | null = null;
  hostAddress = '';
  remoteAddress = '127.0.0.1:40000';
  listenerName = 'test';
  /** `per_filter_config` of the route by filter name. */
  readonly routeConfigs = new Map<string, unknown>();
  readonly variables = new Map<string, string>();
  readonly replies: LocalReply[] = [];
  readonly resumed: Verdict[] = [];
  readonly flags: ResponseFlagName[] = [];
  /** Transcoders that were asked for and accepted. */
  readonly transcoders: BoundTranscoder[] = [];
  /** Set when the stream is over: the handle is revoked. */
  revoked = false;
  readonly #declared: ReadonlySet<string>;
  #timer: { readonly delayMs: number; readonly callback: () => void } | null = null;

  /** `variables`: those that the definition of the filter declares. */
  constructor(
    request: RequestHead = new PlainRequestHead('Http1', 'http', {
      method: 'GET',
      authority: 'a.test',
      path: '/',
      scheme: 'http',
    }),
    variables: readonly string[] = [],
  ) {
    this.request = request;
    this.#declared = new Set(variables);
  }

  /** Delay of the pending timer in ms, 0 without one. */
  get delayMs(): number {
    return this.#timer?.delayMs ?? 0;
  }

  routeConfig(filterName: string): unknown {
    return this.routeConfigs.get(filterName);
  }

  getVariable(name: string): string | undefined {
    return this.variables.get(name);
  }

  setVariable(name: string, value: string): void {
    if (!WRITABLE_VARIABLES.has(name) && !this.#declared.has(name)) throw new Error(undeclaredVariable(name));
    if (!this.revoked) this.variables.set(name, value);
  }

  reply(reply: LocalReply): void {
    if (!this.revoked) this.replies.push(reply);
  }

  resume(verdict: Verdict = Verdict.CONTINUE): void {
    if (!this.revoked) this.resumed.push(verdict);
  }

  delay(delayMs: number, callback: () => void): void {
    if (!this.revoked) this.#timer = { delayMs, callback };
  }

  /** Accepts what the engine would: the family fits, the call was not converted before, and the transcoder wants it. */
  transcode(bound: BoundTranscoder): boolean {
    if (this.revoked || this.request.family !== bound.from || this.request.get(CONVERTED_HEADER) !== undefined)
      return false;
    if (!bound.transcoder.accept(this.request)) return false;
    this.transcoders.push(bound);
    return true;
  }

  get transcoder(): BoundTranscoder | null {
    return this.transcoders.at(-1) ?? null;
  }

  addFlag(flag: ResponseFlagName): void {
    if (!this.revoked) this.flags.push(flag);
  }

  /** Lets the pending timer fire. */
  passTime(): void {
    const timer = this.#timer;
    this.#timer = null;
    timer?.callback();
  }

  /** Ends the stream as the engine does: timers are cancelled, `onComplete` is called, the handle is revoked. */
  complete(filter: StreamFilter | null): void {
    this.#timer = null;
    filter?.onComplete?.(this);
    this.revoked = true;
  }
}

/** What a filter must do, whatever it is for. `configs` are valid configurations that the cases run with. */
export function streamFilterCompliance<Config>(fixture: {
  readonly filter: StreamFilterDefinition<Config>;
  readonly configs: readonly Config[];
}): ComplianceCase[] {
  const { filter: definition, configs } = fixture;
  const each = (run: (create: () => StreamFilter | null) => void) => () => {
    assert.ok(configs.length > 0, 'no configuration to run with');
    for (const config of configs) run(definition.create(config));
  };
  const newContext = (): TestStreamContext => new TestStreamContext(undefined, definition.variables);
  return [
    {
      name: 'is a frozen definition with a schema and a fail policy',
      run() {
        assert.equal(definition.kind, 'stream-filter');
        assert.ok(Object.isFrozen(definition));
        assert.equal(definition.schema['type'], 'object');
        assert.ok(definition.onFault === 'open' || definition.onFault === 'closed');
      },
    },
    {
      name: 'gives a known verdict in every phase, and answers exactly when it says so',
      run: each((create) => runStream(create(), newContext())),
    },
    {
      name: 'leaves the configuration alone',
      run() {
        for (const config of configs) {
          const before = structuredClone(config);
          runStream(definition.create(deepFreeze(structuredClone(config)))(), newContext());
          assert.deepEqual(config, before);
        }
      },
    },
    {
      name: 'keeps streams apart',
      run: each((create) => {
        const runs = [1, 2, 3].map(() => {
          const context = newContext();
          const filter = create();
          return { filter, context };
        });
        // All begin before the first one ends.
        for (const { filter, context } of runs) request(filter, context);
        for (const { filter, context } of runs.reverse()) finish(filter, context);
      }),
    },
    {
      name: 'survives the end of the stream after every phase, and does nothing behind it',
      run: each((create) => {
        for (let phases = 0; phases <= PHASES.length; phases++) {
          const context = newContext();
          const filter = create();
          for (const phase of PHASES.slice(0, phases)) phase(filter, context);
          context.complete(filter);
          const { length } = context.replies;
          context.passTime();
          assert.equal(context.replies.length, length);
          assert.equal(context.resumed.length, 0);
        }
      }),
    },
    {
      name: 'does not keep body bytes that it was lent',
      run: each((create) => {
        const filter = create();
        const context = newContext();
        context.request = new PlainRequestHead('Http1', 'http', { method: 'POST', path: '/' });
        request(filter, context);
        const chunk = Buffer.from('lent');
        filter?.onRequestData?.(context, chunk, false);
        assert.equal(chunk.toString(), 'lent', 'a filter changed bytes that were lent to it');
        chunk.fill(0xdb);
        filter?.onRequestData?.(context, Buffer.alloc(0), true);
        finish(filter, context);
      }),
    },
  ];
}

type Phase = (filter: StreamFilter | null, context: TestStreamContext) => Verdict | undefined;

const VERDICTS: readonly number[] = Object.values(Verdict);

const PHASES: readonly Phase[] = [
  (filter, context) => filter?.beforeRoute?.(context),
  (filter, context) => {
    context.routeName = 'route';
    context.clusterName = 'cluster';
    return filter?.afterRoute?.(context);
  },
  (filter, context) => {
    context.hostAddress = '10.0.0.1:80';
    return filter?.afterChooseHost?.(context);
  },
  (filter, context) => filter?.onRequestData?.(context, Buffer.from('request'), true),
  (filter, context) => {
    context.response = new PlainResponseHead('Http1', 'http', 200);
    return filter?.onResponse?.(context);
  },
  (filter, context) => filter?.onResponseData?.(context, Buffer.from('response'), false),
  (filter, context) => filter?.onResponseTrailers?.(context, new PlainHeaders([['grpc-status', '0']])),
];

/** One phase; returns false when the stream goes no further. */
function pass(phase: Phase, filter: StreamFilter | null, context: TestStreamContext): boolean {
  const { length } = context.replies;
  let verdict = phase(filter, context) ?? Verdict.CONTINUE;
  if (verdict === Verdict.PAUSE) {
    context.passTime();
    verdict = context.resumed.pop() ?? Verdict.PAUSE;
  }
  assert.ok(VERDICTS.includes(verdict), `unknown verdict ${verdict}`);
  const replied = context.replies.length - length;
  assert.equal(replied, verdict === Verdict.REPLIED ? 1 : 0, 'a reply and the verdict REPLIED go together');
  return verdict === Verdict.CONTINUE;
}

function request(filter: StreamFilter | null, context: TestStreamContext): boolean {
  return PHASES.slice(0, 4).every((phase) => pass(phase, filter, context));
}

function finish(filter: StreamFilter | null, context: TestStreamContext): void {
  PHASES.slice(4).every((phase) => pass(phase, filter, context));
  context.complete(filter);
}

function runStream(filter: StreamFilter | null, context: TestStreamContext): void {
  if (request(filter, context)) finish(filter, context);
  else context.complete(filter);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null)
    for (const child of Object.values(Object.freeze(value))) deepFreeze(child);
  return value;
}
