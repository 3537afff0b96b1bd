import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { CommandError, type Outcome } from '../outcome.ts';
import type { CliServices } from '../services.ts';

interface Options {
  readonly data?: string;
  readonly rate: string;
  readonly port: string;
  readonly pagePort: string;
  readonly check?: boolean;
  readonly java?: boolean;
  readonly json?: boolean;
}

/** `weft demo`. */
export function addDemoCommand(
  program: Command,
  services: CliServices,
  show: (outcome: Outcome) => void,
  print: (text: string) => void,
): void {
  program
    .command('demo')
    .description('run bookinfo in a mesh of its own: control plane, proxies, applications, a few readers')
    .option('--check', 'go through all of it without a person, and stop')
    .option('--java', 'some of the applications on the JVM: Spring Cloud, SOFARPC and Dubbo; needs a JDK 17 and Maven')
    .option('--rate <n>', 'requests per second of the readers, 0 to 200', '20')
    .option('--port <port>', 'port of the console; another one when it is taken, 0 for any', '8080')
    .option('--page-port <port>', 'port of the page; another one when it is taken, 0 for any', '9080')
    .option('--data <dir>', 'keep what is written there; a folder that is removed at the end when not given')
    .option('--json', 'with --check: the result as one line of JSON, progress on stderr')
    .addHelpText(
      'after',
      `\nCtrl-C ends everything, in order; a second one at once. A port from those that the system gives to outgoing\nconnections (on Linux usually 32768 to 60999) may be taken while the demo starts; it then says so and ends.\nExit codes: 0 ended by a signal, or the check holds; 1 something did not start, or the check does not hold.\n\nExamples:\n  weft demo\n  weft demo --check\n  weft demo --java --check\n  weft demo --rate 50 --data .weft/demo`,
    )
    .action(async (options: Options) => {
      if (options.check === true && options.data !== undefined)
        throw new CommandError(EXIT.USAGE, 'usage', '--check begins anew each time: leave --data away');
      const { runDemo } = await import('../demo/index.ts');
      show(
        await runDemo(services, {
          data: options.data ?? null,
          ratePerSecond: readNumber('--rate', options.rate, 200),
          consolePort: readNumber('--port', options.port, 65_535),
          pagePort: readNumber('--page-port', options.pagePort, 65_535),
          check: options.check === true,
          java: options.java === true,
          print: options.json === true ? (text) => void process.stderr.write(text) : print,
          terminal: options.json !== true && process.stdout.isTTY === true,
        }),
      );
    });
}

function readNumber(option: string, text: string, highest: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > highest)
    throw new CommandError(EXIT.USAGE, 'usage', `${option}: found "${text}", expected a number from 0 to ${highest}`);
  return value;
}
