import type { Command } from 'commander';
import { collect } from '../../collect.ts';
import { helpText, type Show, withClient, withConnection } from '../../mesh-api/command.ts';
import type { ConnectionOptions } from '../../mesh-api/connection.ts';
import * as actions from './rollout-actions.ts';
import { RULE, type TypeOption } from './rule-types.ts';

const DEFAULT_STEPS = '5:60,25:60,50:60,100:60';

/** `weft rule rollout …`: a new content for a growing share of the proxies. `typed` adds the option for the type. */
export function addRolloutCommands(rule: Command, show: Show, typed: (command: Command) => Command): void {
  const rollout = rule
    .command('rollout')
    .description('a new content of a rule for a growing share of the proxies, given up by itself when they fail');
  rollout.addHelpText(
    'after',
    '\nExamples:\n  weft rule rollout start echo-qps -f new.yaml --steps 5:300,50:300,100:60 --max-reject-rate 1\n  weft rule rollout status echo-qps --watch\n  weft rule rollout abort echo-qps',
  );

  typed(
    withConnection(
      rollout
        .command('start')
        .argument('<rule>', RULE)
        .description('begin with the first step: the rule of a file in place of this one, or this one switched on'),
    ),
  )
    .option(
      '-f, --file <file>',
      'what the rule becomes, in JSON or YAML; the rule as it is, switched on, when not given',
    )
    .option('--steps <steps>', 'percent of the proxies and seconds of each step', DEFAULT_STEPS)
    .option('--max-error-rate <percent>', 'give up when requests fail so many points more often than at the others')
    .option('--max-reject-rate <percent>', 'give up when requests are refused so many points more often')
    .option('--max-rt-increase <ms>', 'give up when requests take so many milliseconds longer on average')
    .option(
      '--max-p99-increase <ms>',
      'give up when the slowest hundredth of the requests takes so many milliseconds longer; judged from 100 requests on',
    )
    .option(
      '--min-requests <n>',
      'requests before anything is judged and a step ends (default: 10; 100 before a step with --max-p99-increase ends)',
    )
    .option('--zone <zone>', 'among proxies of this zone (may be repeated)', collect)
    .option('--proxy-app <app>', 'among proxies of this app (may be repeated)', collect)
    .option('--ip <address>', 'among proxies with this address (may be repeated)', collect)
    .option('--label <label>', 'among proxies with this label: name=value (may be repeated)', collect)
    .option('--seen <version>', 'only while the rule has the version that you have looked at; four eyes ask for it')
    .option('--hold', 'after the last step wait for weft rule rollout promote')
    .option('--comment <text>', 'why; kept in the history')
    .addHelpText(
      'after',
      helpText(
        '0 started, 1 not',
        'weft rule rollout start echo-qps',
        'weft rule rollout start echo-qps -f new.yaml --steps 10:600,100:60 --max-error-rate 0.5 --max-rt-increase 20',
        'weft rule rollout start details/echo-qps --label lane=canary --steps 100:300 --hold',
      ),
    )
    .action(async (wanted: string, options: ConnectionOptions & actions.StartOptions) =>
      show(await withClient(options, (client) => actions.startRollout(client, wanted, options))),
    );

  typed(
    withConnection(rollout.command('status').argument('<rule>', RULE).description('how the rollout of a rule stands')),
  )
    .option('--watch', 'say each change until it is over')
    .option('--all', 'every rollout of the rule, what happened in it, and why it was given up')
    .addHelpText(
      'after',
      helpText(
        '0 under way or done, 3 given up',
        'weft rule rollout status echo-qps',
        'weft rule rollout status echo-qps --watch',
      ),
    )
    .action(async (wanted: string, options: ConnectionOptions & actions.StatusOptions) =>
      show(await withClient(options, (client) => actions.rolloutStatus(client, wanted, options))),
    );

  for (const [name, description] of [
    ['pause', 'stay at the share that is reached; guards go on'],
    ['resume', 'go on with the steps'],
    ['promote', 'give the new content to every proxy now; it is the next version of the rule'],
    ['abort', 'give up: every proxy has the content from before again'],
  ] as const)
    typed(withConnection(rollout.command(name).argument('<rule>', RULE).description(description)))
      .option('--comment <text>', 'why; kept in the history')
      .addHelpText('after', helpText('0 done, 1 not', `weft rule rollout ${name} echo-qps`))
      .action(async (wanted: string, options: ConnectionOptions & TypeOption & { readonly comment?: string }) =>
        show(await withClient(options, (client) => actions.actOnRollout(client, name, wanted, options))),
      );
}
