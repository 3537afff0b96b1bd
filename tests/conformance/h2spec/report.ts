/** The JUnit report of h2spec, as far as it says something: one row for each case. */
export interface H2specCase {
  /** `generic/3.1: Sends a DATA frame` */
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** What h2spec expected and got; '' when passed. */
  readonly detail: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#34;': '"',
  '&#39;': "'",
  '&apos;': "'",
  '&#xA;': '\n',
  '&amp;': '&',
};

function plainText(text: string): string {
  return text.replace(/&(?:[a-z]+|#x?[0-9A-Fa-f]+);/g, (entity) => ENTITIES[entity] ?? entity);
}

/** @throws Error when the report holds no case: a run that tested nothing must not pass. */
export function parseReport(xml: string): H2specCase[] {
  const cases: H2specCase[] = [];
  for (const [, head = '', body = ''] of xml.matchAll(/<testcase ([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const packageName = /package="([^"]*)"/.exec(head)?.[1] ?? '';
    const title = /classname="([^"]*)"/.exec(head)?.[1] ?? '';
    const outcome = /<(?:failure|error)/.test(body) ? 'failed' : /<skipped/.test(body) ? 'skipped' : 'passed';
    cases.push({
      name: plainText(`${packageName}: ${title}`),
      outcome,
      detail: plainText(body.replace(/<[^>]*>/g, '')).trim(),
    });
  }
  if (cases.length === 0) throw new Error('the report of h2spec holds no case');
  return cases;
}

/** Names in `expected-failures.yaml`: a list of `- "name" # why`. */
export function parseExpectedFailures(text: string): string[] {
  const names: string[] = [];
  for (const line of text.split('\n')) {
    const name = /^- "(.*)"(?:\s+#.*)?$/.exec(line.trim())?.[1];
    if (name !== undefined) names.push(name);
  }
  return names;
}

/** What is wrong with a run: unexpected failures, cases that were skipped, and expected failures that pass now. */
export function judge(cases: readonly H2specCase[], expectedFailures: readonly string[]): string[] {
  const expected = new Set(expectedFailures);
  const problems: string[] = [];
  for (const { name, outcome, detail } of cases) {
    if (outcome === 'skipped') problems.push(`skipped: ${name}`);
    else if (outcome === 'failed' && !expected.has(name)) problems.push(`failed: ${name}\n${detail}`);
    else if (outcome === 'passed' && expected.has(name)) problems.push(`passes now, take it off the list: ${name}`);
  }
  for (const name of expected) {
    if (!cases.some((one) => one.name === name)) problems.push(`on the list and not in the suite: ${name}`);
  }
  return problems;
}
