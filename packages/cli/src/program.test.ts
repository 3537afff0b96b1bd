import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { NOT_YET } from './not-yet.ts';
import { createProgram } from './program.ts';
import { runCli } from './run.ts';
import type { CliServices } from './services.ts';

const services = { version: { version: '0.0.0', revision: '' } } as unknown as CliServices;
const program = createProgram(
  services,
  () => {},
  () => {},
);

function leaves(command: Command, path: string): [path: string, command: Command][] {
  const own: [string, Command][] = command.commands.length === 0 ? [[path, command]] : [];
  return [...own, ...command.commands.flatMap((sub) => leaves(sub, `${path} ${sub.name()}`))];
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text;
}

const COMMANDS = leaves(program, 'weft');

test('there are commands', () => expect(COMMANDS.length).toBeGreaterThan(25));

/** The first says only its version, the second is what somebody reads. */
const WITHOUT_EXAMPLES = ['weft version', 'weft help'];
test.each(COMMANDS.filter(([path]) => !WITHOUT_EXAMPLES.includes(path)))(
  'the help of %s has examples',
  (path, command) => {
    const help = helpOf(command);
    // The proxy itself prints its help, in words of its own.
    expect(help).toMatch(/Examples?:/);
    expect(help).toContain(`${path.replace(/^weft /, '')} `.trim());
  },
);

async function run(...args: string[]): Promise<{ code: number; said: string }> {
  let said = '';
  const write = (text: string): void => {
    said += text;
  };
  return { code: await runCli(args, services, { out: write, err: write }), said };
}

test.each([
  [['rule', 'lst'], 'weft rule list'],
  [['rule', 'enabel'], 'weft rule enable'],
  [['statsu'], 'weft proxy status'],
  [['serivce', 'list'], 'weft service'],
  [['rul', 'list'], 'weft rule'],
  [['push-status', 'x'], 'weft rule push-status'],
])('%j is nearest to %s', async (args, wanted) => {
  const { code, said } = await run(...args);
  expect(code).toBe(2);
  expect(said).toContain(`did you mean \`${wanted}\`?`);
});

test.each(Object.entries(NOT_YET))('%s says that it is planned, and what for', async (word, what) => {
  expect(COMMANDS.some(([path]) => path.split(' ')[1] === word)).toBe(false);
  const { code, said } = await run(word, 'list');
  expect(code).toBe(2);
  expect(said).toContain(`weft ${word} is not part of this release yet: ${what}`);
  expect(JSON.parse((await run(word, '--json')).said)).toMatchObject({ ok: false, error: { code: 'not_yet' } });
});

test('a word that a group does not have is looked for in this group only', async () => {
  const { code, said } = await run('rule', 'remove', 'x');
  expect(code).toBe(2);
  expect(said).not.toContain('did you mean');
  expect(said).toMatch(/`weft rule --help` lists its commands: .*delete/);
});

test.each([
  [['doctor', 'call'], 'weft doctor call'],
  [['rule', 'list', '--typ', 'limit'], 'weft rule list'],
  [['up', '--prot', '1'], 'weft up'],
  [['rule', 'enable'], 'weft rule enable'],
])('%j names the help of its own command', async (args, command) => {
  const { code, said } = await run(...args);
  expect(code).toBe(2);
  expect(said).toContain(`\`${command} --help\` says what it takes`);
  expect(said).not.toContain('`weft --help`');
});

test('every option that is missing is named at once', async () => {
  const { said } = await run('doctor', 'call', '--server', 'reviews');
  expect(said).toMatch(/^weft: required options not specified:\n {2}--client <app> +app that calls\n {2}--service/);
  expect(said).not.toContain('--server');
  expect((await run('rule', 'apply')).said).toContain(
    "required option '-f, --file <file>' not specified: rules in JSON",
  );
});

test.each(['--port', '--port=9000', '--host'])('%s of a control plane is its --listen', async (option) => {
  expect((await run('up', option, '9000')).said).toContain('did you mean `--listen`?');
});

describe.each(['bash', 'zsh', 'fish'])('completion for %s', (shell) => {
  test('knows every command and its options', async () => {
    const { code, said } = await run('completion', shell);
    expect(code).toBe(0);
    for (const [path, command] of COMMANDS) {
      expect(said, path).toContain(`"${path}"`);
      for (const { long } of command.options) expect(said, `${path} ${long}`).toContain(String(long));
    }
  });
});
