import { Command, Option } from 'commander';
import { collect } from './collect.ts';
import { addAdministrationCommands } from './commands/administration/index.ts';
import { runCompletion, runCompletionNames } from './commands/completion.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addDoctorCommands } from './commands/diagnosis/doctor-commands.ts';
import { runDoctor } from './commands/doctor.ts';
import { runExplain } from './commands/explain.ts';
import { type InitOptions, runInit } from './commands/init.ts';
import { runInitSidecar, type SidecarOptions } from './commands/init-sidecar.ts';
import { addMeshCommands } from './commands/mesh/index.ts';
import { addMonitorCommands } from './commands/monitor/index.ts';
import { addDiscoveryCommands } from './commands/publish.ts';
import {
  protocolOption,
  type QuestionOptions,
  REQUEST_HELP,
  REQUEST_HELP_MORE,
  SOURCE_IP_HELP,
} from './commands/question.ts';
import { runReload } from './commands/reload.ts';
import { runStatus } from './commands/status.ts';
import { runStop, type StopOptions } from './commands/stop.ts';
import { addControlCommands } from './commands/up.ts';
import { runValidate, type ValidateOptions } from './commands/validate.ts';
import { withConnection } from './mesh-api/command.ts';
import type { ConnectionOptions } from './mesh-api/connection.ts';
import type { Outcome } from './outcome.ts';
import type { CliServices } from './services.ts';
import { startHelp } from './start/index.ts';

type Show = (outcome: Outcome) => void;
interface ConfigOption {
  readonly config?: string;
}
interface NeededConfig {
  readonly config: string;
}

/** All commands of `weft`. `show` gets what each of them found. */
export function createProgram(services: CliServices, show: Show, print: (text: string) => void): Command {
  const program = new Command('weft')
    .description('Weft, a service mesh: its proxy and the commands around it')
    .version(`weft ${services.version.version}`, '--version', 'print the version')
    .helpCommand('help [command]', 'help for a command')
    .addHelpText(
      'after',
      examples(
        'weft demo',
        'weft up',
        'weft proxy init --port 3000 && weft proxy start -c weft.yaml',
        'weft login && weft rule list',
      ),
    );
  addProxyCommands(program.command('proxy').description('run a proxy and talk to it'), services, show);
  addDemoCommand(program, services, show, print);
  addControlCommands(program, services, show);
  addMeshCommands(program, show, services);
  addMonitorCommands(program, show, print);
  addAdministrationCommands(program, show);
  addDiscoveryCommands(program, show);
  const doctor = program.command('doctor').description('look at what a proxy needs of this machine, and at the mesh');
  addDoctorCommands(doctor, show);
  withConnection(doctor)
    .addOption(config('checks the addresses of this configuration'))
    .addHelpText(
      'after',
      `\nExit codes: 0 all is well or bearable, 1 something would stop a start or is wrong in the mesh.\n${examples('weft doctor', 'weft doctor -c weft.yaml', 'weft doctor --endpoint http://127.0.0.1:8080', 'weft doctor call --client productpage --server reviews --service reviews.bookinfo:9080@Http1', 'weft doctor rule --app details --type limit')}`,
    )
    .action(async (options: ConfigOption & ConnectionOptions) =>
      show(await runDoctor(await services.engine(), options.config, options)),
    );
  leaf(program, 'version', 'print version, commit and Node').action(() => {
    const { version, revision } = services.version;
    const commit = revision === '' ? '' : `, commit ${revision.slice(0, 12)}`;
    show({
      exitCode: 0,
      text: `weft ${version}${commit}, Node ${process.version}`,
      json: { ok: true, version, revision, node: process.version },
    });
  });
  leaf(program, 'completion <shell> [kind]', 'print a completion script for bash, zsh or fish')
    .addHelpText(
      'after',
      `\nIt completes commands, options and, of the control plane that you are logged in at, names of rules, services, proxies\nand apps; behind \`weft\` and \`npx weft\`. \`weft completion names rules\` prints such names.\n${examples(
        'source <(weft completion bash)',
        'source <(npx weft completion bash)',
        'weft completion zsh >> ~/.zshrc',
        'weft completion fish | source',
      )}`,
    )
    .action(async (shell: string, kind: string | undefined) =>
      show(shell === 'names' ? await runCompletionNames(kind ?? '') : await runCompletion(program, shell)),
    );
  return program;
}

function addProxyCommands(proxy: Command, services: CliServices, show: Show): void {
  // Never run from here: the launcher starts the proxy without the library of this file. This is its place in the help.
  const start = proxy.command('start').description('start a proxy and stay in the foreground');
  start.helpInformation = startHelp;

  leaf(proxy, 'init [file]', 'write a configuration that puts Weft in front of a port of yours')
    .option('--port <port>', 'port of your service on this machine', '3000')
    .option('--sidecar', 'a proxy beside an application in a mesh: ingress, egress, publish and subscribe')
    .option('--app <name>', 'with --sidecar: name of the application', 'app')
    .option('--port-offset <n>', 'with --sidecar: added to every port, for several on one machine', '0')
    .option('--dubbo', 'with --sidecar: listeners for Dubbo 2 as well')
    .option('--triple', 'with --sidecar: listeners for Triple as well')
    .option('--force', 'write over a file that is there')
    .addHelpText(
      'after',
      `\nThe file is weft.yaml unless you name another.\nFolders that are missing are made.\nExit codes: 0 written, 1 there is such a file already, or it cannot be written.\n${examples('weft proxy init --port 3000', 'weft proxy init --port 3000 configs/front.yaml', 'weft proxy init --sidecar --app reviews reviews.yaml', 'weft proxy init --sidecar --dubbo --app orders orders.yaml')}`,
    )
    .action(async (file: string | undefined, options: InitOptions & SidecarOptions & { sidecar?: boolean }) =>
      show(await (options.sidecar === true ? runInitSidecar : runInit)(file ?? 'weft.yaml', options)),
    );

  leaf(proxy, 'validate', 'say whether a proxy would start with a configuration')
    .addOption(config('the configuration').makeOptionMandatory())
    .addHelpText(
      'after',
      `\nExit codes: 0 valid, 1 not valid or not readable; with --strict also 1 for any warning.\n${examples('weft proxy validate -c weft.yaml', 'weft proxy validate -c weft.yaml --strict --json')}`,
    )
    .option('--strict', 'take no warnings: a key that is not known or has no effect makes it not valid')
    .action(async (options: ValidateOptions) => show(await runValidate(await services.engine(), options)));

  leaf(proxy, 'explain', 'say which routes a request meets and where it would go')
    .addOption(config('the configuration').makeOptionMandatory())
    .requiredOption('-r, --request <request>', REQUEST_HELP)
    .option('-H, --header <header>', "a header: 'name: value' (may be repeated)", collect)
    .addOption(protocolOption())
    .option('--listener <name>', 'only this listener; otherwise every one that takes the protocol')
    .option('--source-ip <address>', SOURCE_IP_HELP)
    .addHelpText(
      'after',
      `\nNothing is sent. The routing table is the one of the proxy; stream filters are named, and not run.\n${REQUEST_HELP_MORE}\nExit codes: 0 a route takes the request, 1 none does.\n${examples(
        "weft proxy explain -c weft.yaml --request 'GET http://shop.example/cart?id=7'",
        "weft proxy explain -c weft.yaml --request 'POST http://shop.example/cart' --header 'x-version: v2'",
        "weft proxy explain -c weft.yaml --request 'bolt service=com.example.Greeter:1.0 method=hello'",
        "weft proxy explain -c weft.yaml --request 'dubbo service=com.example.Greeter:1.0:blue method=hello'",
      )}`,
    )
    .action(async (options: QuestionOptions & NeededConfig) =>
      show(await runExplain(await services.engine(), options.config, options)),
    );

  leaf(proxy, 'status', 'ask a running proxy how it is')
    .addOption(config('configuration of the proxy, where more than one runs'))
    .addHelpText(
      'after',
      `\nExit codes: 0 it runs and is well, 1 it drains, has a part that is not well, or does not run.\n${examples('weft proxy status', 'weft proxy status -c weft.yaml --json')}`,
    )
    .action(async (options: ConfigOption) => show(await runStatus(await services.engine(), options.config)));

  leaf(proxy, 'stop', 'stop a running proxy and wait for its end')
    .addOption(config('configuration of the proxy; the only one that runs when not given, if it is of this folder'))
    .option('--now', 'wait neither for callers nor for running requests')
    .option('--timeout <seconds>', 'longest wait for the end', '60')
    .addHelpText(
      'after',
      `\nIn a mesh its callers learn of it first (mesh.discovery.leave_time, 5 s), then running requests may finish\n(graceful_timeout, 30 s). What it waits for is told on standard error.\nExit codes: 0 it has ended, 1 it has not, or none runs, 2 none was named and it is not clear that it is meant.\n${examples('weft proxy stop', 'weft proxy stop -c weft.yaml --now')}`,
    )
    .action(async (options: StopOptions & { readonly json?: boolean }) => {
      const tell = (line: string): void => void (options.json === true || process.stderr.write(`${line}\n`));
      show(await runStop(await services.engine(), options, tell));
    });

  leaf(proxy, 'reload', 'make a running proxy read its configuration again')
    .addOption(config('configuration file that the proxy was started with; the only proxy that runs when not given'))
    .addHelpText(
      'after',
      `\nConnections stay. A configuration that is refused changes nothing.\nExit codes: 0 in force, 1 none runs, 3 the proxy refused it.\n${examples('weft proxy reload', 'weft proxy reload -c weft.yaml')}`,
    )
    .action(async (options: ConfigOption) => show(await runReload(await services.engine(), options.config)));

  proxy.addHelpText(
    'after',
    examples('weft proxy init --port 3000', 'weft proxy start -c weft.yaml', 'weft proxy help explain'),
  );
}

function leaf(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description).option('--json', 'answer in JSON');
}

function config(description: string): Option {
  return new Option('-c, --config <file>', description).env('MOSN_CONFIG');
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
