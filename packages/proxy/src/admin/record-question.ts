import type { RecordQuestion } from '../governance/index.ts';

const MAX_TRACE_ID = 256;

/** Reads a question about remembered requests; a text says what is wrong with it. */
export function recordQuestion(query: URLSearchParams): RecordQuestion | string {
  const traceId = query.get('trace');
  if (traceId !== null)
    return traceId === '' || traceId === '-' || traceId.length > MAX_TRACE_ID
      ? `trace: expected the id of a trace, 1 to ${MAX_TRACE_ID} characters`
      : { kind: 'trace', traceId };
  if (query.get('recent') === '1') return { kind: 'recent' };
  const numbers = ['rule', 'thread', 'after', 'since'].map((name) => [name, query.get(name) ?? '0'] as const);
  const bad = numbers.find(([, text]) => !/^\d{1,16}$/.test(text));
  if (bad !== undefined) return `${bad[0]}: found ${JSON.stringify(bad[1])}, expected a number`;
  const [ruleDbId, thread, after, sinceMs] = numbers.map(([, text]) => Number(text)) as [
    number,
    number,
    number,
    number,
  ];
  const type = query.get('type');
  if (type !== null && ruleDbId > 0) return { kind: 'rule', type: type.toUpperCase(), ruleDbId, sinceMs };
  const direction = query.get('direction');
  if (direction === 'SERVER' || direction === 'CLIENT') return { kind: 'window', direction, thread, after, sinceMs };
  return 'give trace=ID, recent=1, type=TYPE with rule=NUMBER, or direction=SERVER or CLIENT';
}
