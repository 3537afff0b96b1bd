/** Each type of rules, on each side, over each protocol, and the page that says what its callers see. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { CASES, type Case, Mesh } from './matrix-cases.ts';
import { PROTOCOLS, type Protocol } from './world.ts';

const NAMES: Readonly<Record<Protocol, string>> = {
  Http1: 'HTTP/1.1',
  Http2: 'HTTP/2',
  grpc: 'gRPC',
  tri: 'Triple',
  bolt: 'Bolt',
  dubbo: 'Dubbo',
  'dubbo-thrift': 'Dubbo thrift',
  tars: 'Tars',
};
const PAGE = fileURLToPath(new URL('../../../docs/reference/rules-by-protocol.md', import.meta.url));

const cells = new Map<string, string>();
const keyOf = ({ type, side, what }: Case, protocol: Protocol): string => [type, side, what, protocol].join('/');

/** Two proxies serve all cases of a protocol; starting some for each would take most of the time. */
it.each(PROTOCOLS)('%s: every type does on every side what it says', { timeout: 300_000 }, async (protocol) => {
  const mesh = await Mesh.start(protocol);
  for (const one of CASES) {
    const key = keyOf(one, protocol);
    const seen = await one.run(mesh).catch((error: unknown) => {
      throw new Error(`${key} failed`, { cause: error });
    });
    cells.set(key, seen);
  }
});

function render(): string {
  const cell = (one: Case, protocol: Protocol): string =>
    (cells.get(keyOf(one, protocol)) ?? '**no**').replaceAll('|', '\\|');
  const rows = CASES.map(
    (one) =>
      `| ${one.type} | ${one.side} | ${one.what} | ${PROTOCOLS.map((protocol) => cell(one, protocol)).join(' | ')} |`,
  );
  return `<!-- Written by tests/integration/governance with UPDATE_PAGES=1; do not edit. -->

# What rules do over each protocol

Caller → proxy → proxy → service, over real sockets. A cell is what the caller gets to see: the status in the words of its protocol (HTTP,
gRPC, Bolt, Dubbo, the type of a Thrift exception, \`ret\` of Tars) and the text. CLIENT rules act at the proxy of the caller, SERVER rules
at that of the service. Every cell is tried by the integration tier, which also looks at what the service sees (nothing of what is
refused) and that it is reached again without the rule.

| Type | Side | Case | ${PROTOCOLS.map((protocol) => NAMES[protocol]).join(' | ')} |
| --- | --- | --- |${' --- |'.repeat(PROTOCOLS.length)}
${rows.join('\n')}

Beside its text an answer tells the proxy of the caller that a rule refused, and which, so that its breakers, isolation and figures count
a refusal and no error (an open circuit breaker of the service is an error to them): HTTP, gRPC and Triple by the headers
\`x-weft-reject\` and \`x-weft-rule\`, Bolt by two headers of the answer, Tars by two entries of its context, Dubbo thrift by two fields of
the exception that clients skip, Dubbo by status and message (for breakers, limits of ports and injected faults a word stands before
\`|rule=\`), or by attachments with \`reject_as: exception\`. Answers of applications that say so are not believed. Dubbo over other
serializations than Hessian 2, fastjson and fastjson2 has no place for it: such refusals count as errors.
`;
}

it('the page says what the tests see', () => {
  expect(cells.size).toBe(PROTOCOLS.length * CASES.length);
  const page = render();
  if (process.env['UPDATE_PAGES'] === '1') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});
