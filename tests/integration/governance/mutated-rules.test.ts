/**
 * One field of a good rule after the other becomes something that nobody would write, for every type, as a body of the HTTP
 * interface and as a document of a proxy. Whatever is refused names the place, the value and what was expected, in words that
 * other languages have; whatever is taken is a rule that proxies can build.
 */
import { ruleKinds } from '@weft/app-control/rule-kinds';
import type { ConfigProblem } from '@weft/kit';
import { formatProblem } from '@weft/kit';
import type { RuleType } from '@weft/schema/wire';
import { describe, expect, it } from 'vitest';
import { unknownWords } from '../control/problem-words.ts';
import { SERVICES } from './world.ts';

const SERVICE = SERVICES.Http1;
const CONDITION = { type: 'HEADER', field: 'user', operation: 'IN', value: ['a', 'b'] };
const SCOPE = { zones: ['Z'], ips: ['10.0.0.0/8'], labels: { version: 'v1' }, percent: 50 };
const REJECT = { status: 503, message: 'later' };

/** With as many fields as go together. */
const SPECS: Readonly<Partial<Record<RuleType, { readonly direction?: string; readonly spec: object }>>> = {
  LIMIT: { spec: { threshold: 5, zoneSpec: [{ zone: 'Z', threshold: 2 }], reject: REJECT } },
  ROUTE: {
    direction: 'CLIENT',
    spec: {
      priority: 3,
      destinations: [
        { weight: 90, labels: { version: 'v1' } },
        { weight: 10, labels: {} },
      ],
    },
  },
  FUSE: { spec: { threshold: 50, errorCodes: [500, 503], zoneSpec: [{ zone: 'Z', threshold: 2 }], reject: REJECT } },
  FAULT_INJECT: { spec: { ruleType: 'DELAY', fixedDelay: 10, ttlSeconds: 60 } },
  AUTH: { spec: { type: 'BLACKLIST', reject: REJECT } },
  ISOLATE: { direction: 'CLIENT', spec: { leastExceptionRate: 20, exceptionTypes: [502] } },
  DOWNGRADE: { direction: 'CLIENT', spec: { action: 'MOCK', body: '{}', headers: { 'x-a': 'b' } } },
  MIRROR: { spec: { targetAddresses: ['10.0.0.7:80'], stripHeaders: ['a'], addHeaders: { 'x-a': 'b' } } },
  HIJACK: { spec: { port: 8080, maxRequests: 5, reject: REJECT } },
};

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}

const STRANGE: readonly (readonly [title: string, value: unknown])[] = [
  ['null', null],
  ['not a number', Number.NaN],
  ['a number without end', 1e308],
  ['minus one', -1],
  ['a fraction', 0.123_456_789],
  ['more than an integer holds', 2 ** 53],
  ['an empty text', ''],
  ['a blank', ' '],
  ['another script', '限流 ✓ é'],
  ['a null character', 'a\u0000b'],
  ['half a character', 'a\ud800b'],
  ['text turned around', 'a\u202eb'],
  ['a long text', 'x'.repeat(100_000)],
  ['small letters', 'control'],
  ['a wide expression', '~((a{1000}){1000}){1000}'],
  ['an object', {}],
  ['a key of every object', JSON.parse('{"__proto__": {"a": 1}}')],
  ['an empty list', []],
  ['the same twice', ['a', 'a']],
  ['a hundred lists in each other', deep(100)],
  ['true', true],
];

type Path = readonly (string | number)[];

/** Every place of a document: fields, elements and what they are in, but not the document itself. */
function* placesOf(value: unknown, path: Path = []): Generator<Path, void> {
  if (path.length > 0) yield path;
  if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* placesOf(item, [...path, index]);
  else if (typeof value === 'object' && value !== null)
    for (const [name, item] of Object.entries(value)) yield* placesOf(item, [...path, name]);
}

function changed(value: unknown, path: Path, to: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return to;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...(value as object) };
  Reflect.set(copy, first, changed(Reflect.get(value as object, first), rest, to));
  return copy;
}

/** What is wrong with how something is refused; null when nothing is. */
function faultOf(problems: readonly ConfigProblem[], path: Path): string | null {
  if (problems.length === 0) return 'refused for no reason';
  for (const problem of problems) {
    const { value, expected, message } = problem;
    const text = formatProblem({ ...problem, path: '' });
    if (message === '' || expected === '') return `says too little: ${text}`;
    if (text.length > 2000) return `says too much: ${text.length} characters`;
    if (value === '' || /[\p{Cc}\p{Cs}\u202e]/u.test(text)) return `shows what nobody sees: ${JSON.stringify(text)}`;
    const unknown = unknownWords(text);
    if (unknown.length > 0) return `has words of no other language: ${unknown.join('; ')}`;
  }
  const [first] = path;
  const named = problems.some((problem) => problem.path.startsWith(String(first)));
  return named ? null : `names ${problems.map((problem) => problem.path).join(', ')}`;
}

/** Mappings decide about no request; what is wrong with them is judged by transcoders, with tests of their own. */
const DECIDING = ruleKinds.filter(({ order }) => order.SERVER + order.CLIENT > 0);

it('every type that decides about requests is here', () => {
  expect(DECIDING).toHaveLength(9);
});

describe.each(DECIDING.map((kind) => [kind.type, kind] as const))('%s', (type, kind) => {
  const { direction = 'SERVER', spec } = SPECS[type] ?? {};
  // Documents of routing are by service.
  const owner = kind.ownedBy === 'app' ? 'demo' : SERVICE;
  const services = type === 'HIJACK' ? ['*'] : [SERVICE];
  const good = kind.check({
    name: 'good',
    app: 'demo',
    direction,
    services,
    scope: SCOPE,
    spec,
    conditions: type === 'HIJACK' || type === 'ISOLATE' ? [] : [CONDITION],
  });
  if (good.kind === 'refused') throw new Error(good.problems.map(formatProblem).join('\n'));
  const document = JSON.parse(
    JSON.stringify(kind.toDocument(owner, [{ ruleDbId: 1, body: { ...good.body, enabled: true } }])),
  );

  it('is good to begin with', () => {
    expect(kind.documentProblems(JSON.stringify(document))).toEqual([]);
    expect([...placesOf(good.body)].length).toBeGreaterThan(20);
    expect([...placesOf(document)].length).toBeGreaterThan(8);
  });

  it.each(STRANGE)('%s in the place of any field of a body', (_title, value) => {
    const faults: string[] = [];
    let refused = 0;
    for (const path of placesOf(good.body)) {
      const body = changed(good.body, path, value);
      const answer = kind.check(body);
      if (answer.kind === 'ok') {
        // What is taken comes to a document that proxies take, too.
        const wire = JSON.stringify(kind.toDocument(owner, [{ ruleDbId: 1, body: { ...answer.body, enabled: true } }]));
        const problems = kind.documentProblems(wire);
        if (problems.length > 0)
          faults.push(`${path.join('.')}: taken, and refused by proxies: ${problems.map(formatProblem).join('; ')}`);
        continue;
      }
      refused++;
      const fault = faultOf(answer.problems, path);
      if (fault !== null) faults.push(`${path.join('.')}: ${fault}`);
    }
    expect(faults).toEqual([]);
    expect(refused).toBeGreaterThan(3);
  });

  it.each(STRANGE)('%s in the place of any field of a document', (_title, value) => {
    const faults: string[] = [];
    for (const path of placesOf(document)) {
      const problems = kind.documentProblems(JSON.stringify(changed(document, path, value)));
      const fault = problems.length === 0 ? null : faultOf(problems, path);
      if (fault !== null) faults.push(`${path.join('.')}: ${fault}`);
    }
    expect(faults).toEqual([]);
  });
});
