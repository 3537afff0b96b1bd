import { COLUMNS, type Column, type Framework, PAIRS } from './frameworks.ts';

/** Cells that a run has found green, as `row|column`. */
export type Green = ReadonlySet<string>;

export const cellOf = (framework: Framework, role: 'consumer' | 'provider', column: Column): string =>
  `${framework.name}|${role}|${column}`;

/** The page: a row for each framework, version and role, in the order of the pairs. */
export function renderMatrix(green: Green): string {
  const notes: string[] = [];
  const cell = (framework: Framework, role: 'consumer' | 'provider', column: Column): string => {
    const reason = framework.without[column];
    if (reason === undefined) return green.has(cellOf(framework, role, column)) ? 'yes' : '**no**';
    const note = `${column}: ${reason}.`;
    if (!notes.includes(note)) notes.push(note);
    return `n/a ${notes.indexOf(note) + 1}`;
  };
  const row = (framework: Framework, role: 'consumer' | 'provider', peer: Framework): string =>
    `| ${framework.name} | ${role} | ${peer.name} | ${COLUMNS.map((column) => cell(framework, role, column)).join(' | ')} |`;
  const rows = PAIRS.flatMap(({ consumer, provider }) => [
    row(consumer, 'consumer', provider),
    row(provider, 'provider', consumer),
  ]);
  return `<!-- Written by tests/interop/java with UPDATE_PAGES=1; do not edit. -->

# Frameworks that run through Weft

Unchanged applications on the JVM (Java 17), each beside a proxy of its own: consumer → proxy → proxy → provider. They know
addresses from their own configuration, and nothing of Weft. Every cell is a test of the interop tier; one that fails, fails the run.

| Framework | Role | With | ${COLUMNS.join(' | ')} |
| --- | --- | --- |${' --- |'.repeat(COLUMNS.length)}
${rows.join('\n')}

${notes.map((note, index) => `${index + 1}. n/a, ${note}`).join('\n')}

Listeners and clusters have their defaults. Over Triple a consumer of Dubbo opens a stream for each call that waits, whatever is
announced, and its call fails beyond that: a listener for consumers with more than 1000 calls at once has a higher
\`max_concurrent_streams\`. A provider of Dubbo 3.3.5 and 3.3.6 loses the header block of a frame about once in 2000 to 8000 calls at 500
at once, also where nothing but a wire is between it and its consumer; whoever reads that must end the connection. “async” is tried again, up
to four times, where a proxy says that the provider broke the protocol, and for no other failure.

Either side may get its proxy first. 1000 calls each, none of them lost, for SOFARPC, Dubbo and Spring Cloud: no proxy on either side, one
beside the consumer, one beside the provider, both, with routes in a file; both, and the provider's alone, with services published and
found through the control plane.

| Column | What is shown |
| --- | --- |
| call | strings, null, numbers, an object with decimals, dates, bytes, enum and a cycle, a list into a map of lists |
| exception | a checked exception of the contract arrives as itself, with its field |
| one-way | 20 calls that no answer follows all arrive |
| async | 500 calls at once, each with its own answer; SOFARPC: 250 by future, 250 by callback |
| generic | calls without the interface of the provider |
| heartbeat | an idle connection: heartbeats are answered, and it is the same one that carries the next call |
| large body | 1 000 000 characters each way |
| timeout | the consumer's own timeout of 1 s, and the next call |
| provider restart | killed: an error at once; started again: answers |
| proxy restart | the proxy of the consumer, then that of the provider, killed and started again: the consumer goes on by itself |
| limited | a rate-limit rule at the proxy of the provider: an error that the framework knows |
`;
}
