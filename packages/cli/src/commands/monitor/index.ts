import { type Command, Option } from 'commander';
import { helpText, type Show, withClient, withConnection } from '../../mesh-api/command.ts';
import type { ConnectionOptions } from '../../mesh-api/connection.ts';
import { MINUTES, rangeOf, topApps, topology, topProxies } from './figures.ts';
import { TOPICS, type WatchOptions, watch } from './watch.ts';

interface RangeOptions extends ConnectionOptions {
  readonly minutes: string;
}

const minutes = (): Option =>
  new Option('--minutes <n>', `figures of the last minutes, 1 to ${MINUTES.max}`).default(String(MINUTES.usual));

/** `weft top`, `weft topo` and `weft watch`. */
export function addMonitorCommands(program: Command, show: Show, print: (text: string) => void): void {
  const top = program.command('top').description('who has the most traffic');
  top.addHelpText('after', '\nExamples:\n  weft top apps\n  weft top sidecars');
  withConnection(top.command('apps').description('apps by requests, with errors and times'))
    .addOption(minutes())
    .addHelpText('after', helpText('0 shown', 'weft top apps', 'weft top apps --minutes 60 --json'))
    .action(async (options: RangeOptions) =>
      show(await withClient(options, (client) => topApps(client, rangeOf(options.minutes)))),
    );
  withConnection(top.command('sidecars').description('proxies by requests of the last seconds, with CPU and memory'))
    .addHelpText('after', helpText('0 shown', 'weft top sidecars', 'weft top sidecars --json'))
    .action(async (options: ConnectionOptions) => show(await withClient(options, topProxies)));

  withConnection(program.command('topo').description('who calls whom, with rates, errors and times'))
    .addOption(minutes())
    .addHelpText('after', helpText('0 shown', 'weft topo', 'weft topo --minutes 60 --json'))
    .action(async (options: RangeOptions) =>
      show(await withClient(options, (client) => topology(client, rangeOf(options.minutes)))),
    );

  withConnection(program.command('watch').description('what changes, a line for each event, until Ctrl-C'))
    .option('--topics <list>', `only these, separated by comma: ${TOPICS.join(', ')}`)
    .option('--count <n>', 'end after that many events')
    .addHelpText(
      'after',
      helpText(
        '0 ended after --count, 1 the control plane is away or refuses; Ctrl-C ends it',
        'weft watch',
        'weft watch --topics rules,pushes --json',
      ),
    )
    .action((options: WatchOptions) => watch(options, print));
}
