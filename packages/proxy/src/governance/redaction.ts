import { isSecretName, maskText, MASK as REDACTED } from '@weft/kit/secret-name';
import type { RequestHead, RuleConditionTrace, RuleTrace } from '@weft/sdk';

const MAX_HEADERS = 64;
const MAX_VALUE = 256;
const MAX_NAMES = 1000;
/** Ids of sessions open doors as well as tokens do. */
const SESSION = /sess(?:ion)?(?:[-_]?id)?$|^j?sid$/i;
/** Headers that carry pairs of their own. */
const BAGGAGE = /baggage|penattrs$|rpc_trace_context$/i;

/** Keeps from records what is named like a secret. */
export class Redaction {
  readonly #own: ReadonlySet<string>;
  /** Names of headers come from callers: what is known of them is forgotten now and then. */
  readonly #known = new Map<string, boolean>();

  /** `names`: of headers and entries of the baggage that are secret beside those that are named so. */
  constructor(names: readonly string[]) {
    this.#own = new Set(names.map((name) => name.toLowerCase()));
  }

  isSecret(name: string): boolean {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const secret = this.#own.has(name.toLowerCase()) || SESSION.test(name) || isSecretName(name);
    if (this.#known.size >= MAX_NAMES) this.#known.clear();
    this.#known.set(name, secret);
    return secret;
  }

  /** Names and values by turns, as far as they may be kept. */
  headersOf(head: RequestHead): string[] {
    const kept: string[] = [];
    head.forEach((name, value) => {
      if (kept.length >= 2 * MAX_HEADERS) return;
      kept.push(name, this.isSecret(name) ? REDACTED : this.#value(name, value));
    });
    return kept;
  }

  #value(name: string, value: string): string {
    const short = value.length > MAX_VALUE ? value.slice(0, MAX_VALUE) : value;
    if (!BAGGAGE.test(name)) return maskText(short);
    const pairs = short.replace(/([^=,&;\s]+)=([^,&;]*)/g, (pair, own: string) =>
      this.isSecret(own) ? `${own}=${REDACTED}` : pair,
    );
    return maskText(pairs);
  }

  /** What conditions saw, without the values of secrets. */
  tracesOf(traces: readonly RuleTrace[]): readonly RuleTrace[] {
    return traces.map((trace) =>
      trace.conditions.length === 0
        ? trace
        : { ...trace, conditions: trace.conditions.map((item) => ({ ...item, actual: this.#seenBy(item) })) },
    );
  }

  #seenBy({ condition, actual }: RuleConditionTrace): string {
    if (actual === '') return '';
    return this.#readsSecret(condition) ? REDACTED : maskText(actual.slice(0, MAX_VALUE));
  }

  /** `HEADER authorization EQUAL [x]` */
  #readsSecret(condition: string): boolean {
    const [, type = '', field = ''] = /^(\S+) (\S+) /.exec(condition) ?? [];
    return type !== 'SYSTEM' && type !== 'LABEL' && this.isSecret(field);
  }
}
