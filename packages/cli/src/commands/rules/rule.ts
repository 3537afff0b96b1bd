import { EXIT } from '@weft/kit';
import { type Command, Option } from 'commander';
import { collect } from '../../collect.ts';
import { helpText, type Show, withClient, withConnection } from '../../mesh-api/command.ts';
import type { ConnectionOptions } from '../../mesh-api/connection.ts';
import { CommandError } from '../../outcome.ts';
import type { CliServices } from '../../services.ts';
import { REQUEST_HELP, REQUEST_HELP_MORE, SOURCE_IP_HELP } from '../question.ts';
import { addRolloutCommands } from './rollout.ts';
import * as actions from './rule-actions.ts';
import { type CaseOptions, testCases } from './rule-cases.ts';
import { addDraftCommands } from './rule-drafts.ts';
import * as files from './rule-files.ts';
import { addHistoryCommand } from './rule-history.ts';
import * as isolation from './rule-isolation.ts';
import * as one from './rule-one.ts';
import { type SimulateOptions, simulate } from './rule-simulate.ts';
import * as states from './rule-states.ts';
import * as transfer from './rule-transfer.ts';
import { RULE, type TypeOption } from './rule-types.ts';

const ANY_TYPE = 'type of the rule, where the name alone does not say which';
const type = (description: string): Option => {
  const option = new Option('--type <type>', description);
  // For help and completion; the word is read as rules write it as well (`FAULT_INJECT`), so it is checked later.
  option.argChoices = Object.keys(TYPE_WORDS);
  return option;
};
const CASES_HELP = `A file of cases has at most 1000 of them and 1 MiB. All rules of -f count as on. Of a case, headers, sourceApp, sourceIp,
zone, direction and requests (how many at one instant) may be left out; of expect only what is there is compared:

  cases:
    - name: strangers are refused
      app: details
      request: GET http://details.bookinfo:9080/details/0
      sourceApp: ratings
      expect: { verdict: reject, rule: details-callers, status: 403 }

verdict is pass, reject, answer, fault, delay or unknown; further delayMs, group (such as version=v2: of a route its first
group with a share), and passed, of several requests. rule, status and group may be null, for none.`;
const HITS_TEXT = `
Hits are the requests of the last 5 minutes that a rule refused, or would have; of route, mirror and isolate rules,
which refuse none, those that the rule was for.`;
const FOLDER_HELP = `
Of a folder, the files that end in .yaml, .yml or .json are read in the order of their names, at most 1000 of them and 8 MiB
together; folders in it are not.`;
const WAIT = 'seconds to wait for the acknowledgements of the proxies, 0 for none';

/** Kept here, as the schemas would be loaded for each `--help`; a test compares them. */
export const TYPE_WORDS = {
  limit: 'refuses what is over a limit',
  route: 'chooses the instances that answer',
  fuse: 'refuses calls of a service that fails',
  'fault-inject': 'injects errors and delays',
  auth: 'lets callers in, or keeps them out',
  isolate: 'leaves out single instances that fail',
  downgrade: 'answers instead of the service',
  mirror: 'copies requests elsewhere',
  hijack: 'limits what reaches a port of a hijacked app',
  mapping: 'says how a service looks over HTTP, for conversion',
} as const;
const TYPES = Object.entries(TYPE_WORDS)
  .map(([word, what]) => `  ${word.padEnd(13)} ${what}`)
  .join('\n');

/** `weft rule …`: governance rules of every type. */
export function addRuleCommands(program: Command, show: Show, services: Pick<CliServices, 'rules'>): void {
  const rule = program.command('rule').description('governance rules: what they are, do and reach');
  rule.addHelpText(
    'after',
    `\nTypes:\n${TYPES}\n\nExamples:\n  weft rule list\n  weft rule apply -f demo/bookinfo/rules.yaml && weft rule enable ratings-qps\n  weft rule push-status ratings-qps`,
  );

  withConnection(rule.command('list').description('rules, their state, and which proxies have them'))
    .addOption(type('rules of this type; every type when not given'))
    .option('--app <name>', 'rules of this app')
    .option('--service <id>', 'rules for this service')
    .option('--on', 'only those that are on')
    .option('--off', 'only those that are off')
    .option('--mode <mode>', 'CONTROL or OBSERVE')
    .option('--push <state>', 'none, pending, ok, partly or failed')
    .option('--keyword <text>', 'part of name, app or service')
    .addHelpText('after', helpText('0 listed', 'weft rule list', 'weft rule list --on --app details --json'))
    .addHelpText('after', HITS_TEXT)
    .action(async (options: ConnectionOptions & actions.ListFilter) =>
      show(await withClient(options, (client) => actions.list(client, options))),
    );

  withConnection(rule.command('show').argument('<rule>', RULE).description('one rule: its state, and all that it says'))
    .addOption(type(ANY_TYPE))
    .addHelpText(
      'after',
      helpText('0 shown, 1 there is none', 'weft rule show echo-qps', 'weft rule show details/echo-qps --json'),
    )
    .action(async (wanted: string, options: ConnectionOptions & TypeOption) =>
      show(await withClient(options, (client) => one.showRule(client, wanted, options))),
    );

  withConnection(
    rule.command('apply').description('create or replace rules from a file; the same content again changes nothing'),
  )
    .requiredOption('-f, --file <file>', 'rules in JSON or YAML: a file, a folder of files, or - for standard input')
    .addOption(type('type of the rules that say none themselves (default: limit)'))
    .option('--dry-run', 'have the control plane check the rules, say what would change, and change nothing')
    .option('--comment <text>', 'why; kept in the history')
    .option('--wait <seconds>', WAIT, '10')
    .addHelpText(
      'after',
      helpText(
        '0 applied, 1 refused (nothing behind the refused rule is applied), or the file is not there or is none of rules',
        'weft rule apply -f rules.yaml --dry-run',
        'weft rule apply -f rules/ --comment "sale"',
        'generate-rules | weft rule apply -f -',
      ),
    )
    .addHelpText('after', FOLDER_HELP)
    .action(async (options: ConnectionOptions & files.ApplyOptions) =>
      show(await withClient(options, (client) => files.apply(client, options))),
    );

  withConnection(
    rule
      .command('diff')
      .argument('[rule]', RULE)
      .description('what a file would change, or what two versions differ in'),
  )
    .addOption(type(ANY_TYPE))
    .option('-f, --file <file>', 'compare the rules of this file or folder with those in force')
    .option('--from <version>', 'older version of the rule')
    .option('--to <version>', 'newer version of the rule (default: the current one)')
    .addHelpText(
      'after',
      helpText('0 no difference, 1 there is one', 'weft rule diff -f rules.yaml', 'weft rule diff echo-qps --from 3'),
    )
    .action(async (wanted: string | undefined, options: ConnectionOptions & files.DiffOptions) =>
      show(await withClient(options, (client) => files.diff(client, wanted, options))),
    );

  withConnection(
    rule.command('test').description('what the rules in force, or those of a file, would do with requests'),
  )
    .option('-r, --request <request>', REQUEST_HELP)
    .option('--cases <file>', 'requests with what is expected of each, for the rules of -f; needs no control plane')
    .option('--app <name>', 'app of the proxy that would decide; with --cases, of cases that name none')
    .addOption(type('rules of this type; with -f the type of those that say none themselves (then limit)'))
    .option('-f, --file <file>', 'rules to try instead of those in force')
    .option('--direction <direction>', 'SERVER or CLIENT', 'SERVER')
    .option('--requests <n>', 'how many at one instant, 1 to 10000', '1')
    .option('--source-app <name>', 'app of the caller')
    .option('--source-ip <address>', SOURCE_IP_HELP)
    .option('-H, --header <header>', "a header: 'name: value' (may be repeated)", collect)
    .addHelpText(
      'after',
      helpText(
        '0 the last request passes, 1 it is refused, or that is unknown: a rule asks for the address of the caller;\nwith --cases 0 all of them hold, 1 one does not, 2 a file is not there or is wrong',
        "weft rule test --app details -r 'GET http://details.bookinfo:9080/details/0' --requests 10",
        "weft rule test --app ratings -f rules.yaml -r 'bolt service=com.weft.bookinfo.RatingsService:1.0 method=getRatings'",
        "weft rule test --app greeter -r 'gRPC service=helloworld.Greeter method=SayHello'",
        'weft rule test -f rules.yaml --cases cases.yaml',
      ).concat(`\n\n${REQUEST_HELP_MORE}\n\n${CASES_HELP}`),
    )
    .action(async (options: ConnectionOptions & Partial<actions.TestOptions & CaseOptions>) => {
      const { request, app, cases } = options;
      if (cases !== undefined && request !== undefined)
        throw new CommandError(EXIT.USAGE, 'usage', '--request and --cases: expected one of them');
      if (cases !== undefined) return show(await testCases(await services.rules(), { ...options, cases }));
      if (request === undefined)
        throw new CommandError(EXIT.USAGE, 'usage', '--request or --cases: expected one of them');
      if (app === undefined) throw new CommandError(EXIT.USAGE, 'usage', '--app: the app of which proxy?');
      const { direction = 'SERVER', requests = '1' } = options;
      const asked = { ...options, request, app, direction, requests };
      show(await withClient(options, (client) => actions.test(client, asked)));
    });

  withConnection(
    rule
      .command('simulate')
      .description('what the rules of a file would have done with the requests of the last minutes; nothing is stored'),
  )
    .requiredOption('-f, --file <file>', 'rules in JSON or YAML: a file, a folder of files, or - for standard input')
    .addOption(type('type of the rules that say none themselves (default: limit)'))
    .option('--minutes <n>', 'how far back, 1 to 60; proxies remember 15 minutes unless told otherwise', '10')
    .addHelpText(
      'after',
      helpText(
        '0 played, 1 a rule is refused, or the file is not there or is none of rules',
        'weft rule simulate -f rules.yaml',
        'weft rule simulate -f rules.yaml --minutes 2 --json',
      ),
    )
    .action(async (options: ConnectionOptions & SimulateOptions) =>
      show(await withClient(options, (client) => simulate(client, options))),
    );

  for (const name of ['enable', 'disable'] as const) {
    const command = withConnection(
      rule
        .command(name)
        .argument('<rules...>', RULE)
        .description(name === 'enable' ? 'switch rules on' : 'switch rules off'),
    );
    if (name === 'enable')
      command.option(
        '--seen <version>',
        'only while the rule has the version that you have looked at; four eyes ask for it',
      );
    command
      .addOption(type(ANY_TYPE))
      .option('--dry-run', 'only say what would happen')
      .option('--wait <seconds>', WAIT, '10')
      .addHelpText(
        'after',
        helpText(
          '0 done and acknowledged, 1 not, 3 proxies refused the document',
          `weft rule ${name} echo-qps`,
          `weft rule ${name} details/echo-qps 7 --dry-run`,
        ),
      )
      .action(async (wanted: string[], options: ConnectionOptions & actions.SwitchOptions) =>
        show(await withClient(options, (client) => actions.switchRules(client, name, wanted, options))),
      );
  }

  withConnection(
    rule
      .command('delete')
      .argument('<rules...>', RULE)
      .description('delete rules, all or none; those that are on end at once, an authorization rule has to be off'),
  )
    .addOption(type(ANY_TYPE))
    .option('--yes', 'do not ask')
    .option('--dry-run', 'only say what would happen')
    .addHelpText(
      'after',
      helpText('0 deleted, 1 not', 'weft rule delete echo-qps', 'weft rule delete details/echo-qps 7 --yes'),
    )
    .action(async (wanted: string[], options: ConnectionOptions & one.DeleteOptions) =>
      show(await withClient(options, (client) => one.deleteRules(client, wanted, options))),
    );

  withConnection(
    rule.command('rollback').argument('<rule>', RULE).description('make the content of an older version the next one'),
  )
    .requiredOption('--to <version>', 'version whose content is wanted')
    .addOption(type(ANY_TYPE))
    .option('--dry-run', 'only say what would change')
    .option('--comment <text>', 'why; kept in the history')
    .option('--wait <seconds>', WAIT, '10')
    .addHelpText(
      'after',
      helpText(
        '0 done and acknowledged, 1 not, 3 proxies refused the document',
        'weft rule rollback echo-qps --to 3 --dry-run',
        'weft rule rollback echo-qps --to 3 --comment "as before the sale"',
      ),
    )
    .action(async (wanted: string, options: ConnectionOptions & actions.RollbackOptions) =>
      show(await withClient(options, (client) => actions.rollback(client, wanted, options))),
    );

  addHistoryCommand(rule, show, (command) => command.addOption(type(ANY_TYPE)));
  addDraftCommands(rule, show, (command) => command.addOption(type(ANY_TYPE)));
  addRolloutCommands(rule, show, (command) => command.addOption(type(ANY_TYPE)));

  withConnection(
    rule
      .command('breakers')
      .argument('[rule]', `${RULE}; of every circuit-breaking rule that is on when none is named`)
      .description('circuit breakers as the proxies have them now'),
  )
    .option('--app <name>', 'of rules of this app')
    .option('--state <state>', 'closed, open or half-open')
    .addHelpText('after', helpText('0 shown', 'weft rule breakers', 'weft rule breakers details-breaker --state open'))
    .action(async (wanted: string | undefined, options: ConnectionOptions & states.BreakerFilter) =>
      show(await withClient(options, (client) => states.showBreakers(client, wanted, options))),
    );

  withConnection(
    rule
      .command('reset-breakers')
      .argument('<rule>', RULE)
      .description('close the circuit breakers of a rule by hand, at every connected proxy'),
  )
    .option('--proxy <proxy>', 'only at this proxy: its id or the beginning, or its app')
    .option('--resource <name>', 'only this resource')
    .option('--comment <text>', 'why; kept in the audit log')
    .addHelpText(
      'after',
      helpText(
        '0 done, 1 a proxy did not answer, or what is named is not there',
        'weft rule reset-breakers details-breaker --comment "the database is back"',
      ),
    )
    .action(async (wanted: string, options: ConnectionOptions & states.ResetOptions) =>
      show(await withClient(options, (client) => states.resetBreakers(client, wanted, options))),
    );

  withConnection(
    rule
      .command('isolated')
      .argument('[rule]', `${RULE}; of every isolation rule that is on when none is named`)
      .description(
        'instances that are left out now: by a caller, or by all callers as the rule of the instance has it',
      ),
  )
    .option('--app <name>', 'of rules of this app')
    .addHelpText('after', helpText('0 shown', 'weft rule isolated', 'weft rule isolated reviews-instances'))
    .action(async (wanted: string | undefined, options: ConnectionOptions & isolation.IsolatedFilter) =>
      show(await withClient(options, (client) => isolation.showIsolated(client, wanted, options))),
    );

  withConnection(
    rule
      .command('release')
      .argument('<rule>', RULE)
      .description('let the isolated instances of a rule come back, at every connected proxy'),
  )
    .option('--host <ip:port>', 'only this instance')
    .option('--proxy <proxy>', 'only at this proxy: its id or the beginning, or its app')
    .option('--comment <text>', 'why; kept in the audit log')
    .addHelpText(
      'after',
      helpText(
        '0 done, 1 a proxy did not answer, or what is named is not there',
        'weft rule release reviews-instances --comment "the disk was replaced"',
      ),
    )
    .action(async (wanted: string, options: ConnectionOptions & isolation.ReleaseOptions) =>
      show(await withClient(options, (client) => isolation.releaseIsolated(client, wanted, options))),
    );

  withConnection(
    rule
      .command('auth-lists')
      .argument('[app]', 'app of the rules')
      .argument('[service]', "dataId; '*' for the lists of the whole app")
      .description('switches of whitelists and blacklists: an authorization rule acts when it is on and its list is'),
  )
    .option('--whitelist <on|off>', 'switch the whitelist')
    .option('--blacklist <on|off>', 'switch the blacklist')
    .addHelpText(
      'after',
      helpText(
        '0 shown or switched',
        'weft rule auth-lists',
        "weft rule auth-lists details '*' --whitelist off",
        'weft rule auth-lists details details.bookinfo:9080@Http1 --blacklist on',
      ),
    )
    .action(
      async (
        app: string | undefined,
        service: string | undefined,
        options: ConnectionOptions & states.ListSwitchOptions,
      ) => show(await withClient(options, (client) => states.authLists(client, app, service, options))),
    );

  withConnection(
    rule.command('export').argument('[rules...]', `${RULE}; all when none is named`).description('rules as a file'),
  )
    .addOption(type('only rules of this type; every type when not given'))
    .option(
      '-o, --output <file>',
      'file to write, YAML if its name ends in .yaml or .yml, else JSON; JSON on standard output when not given',
    )
    .addHelpText(
      'after',
      helpText(
        '0 exported, 1 there is none of the name, or the file cannot be written',
        'weft rule export -o rules.yaml',
        'weft rule export --type fuse',
        'weft rule export echo-qps',
      ),
    )
    .addHelpText(
      'after',
      '\nThe YAML says nothing of the time: while the rules stay as they are, another export is the same file.',
    )
    .action(async (wanted: string[], options: ConnectionOptions & TypeOption & { readonly output?: string }) =>
      show(await withClient(options, (client) => transfer.exportRules(client, wanted, options))),
    );

  withConnection(
    rule
      .command('import')
      .argument('<file>')
      .description(
        'rules from a file or a folder of files as weft rule export writes them, in JSON or YAML, or limits of Guardian or Sentinel; all or nothing; new ones are off',
      ),
  )
    .addOption(type('type of the rules that the file gives none (default: limit)'))
    .option('--dry-run', 'only say what would happen')
    .option(
      '--conflict <what>',
      'rules of the same name: skip, overwrite (they stay on or off as they are) or duplicate',
      'skip',
    )
    .option('--keep-state', 'switch rules on and off as they are in the file')
    .option('--format <format>', 'weft, guardian or sentinel; found out from the file when not given')
    .option('--app <name>', 'app of rules of Guardian or Sentinel that name none')
    .option('--service <id>', 'service of resources of Guardian or Sentinel that name none')
    .option('--partial', 'import the rest when some rules of Guardian or Sentinel cannot be translated')
    .addHelpText(
      'after',
      helpText(
        '0 imported, 1 a rule is in error or cannot be translated and nothing was changed',
        'weft rule import rules.json --dry-run',
        'weft rule import flow-rules.json --format sentinel --app shop --partial',
        'weft rule import rules/ --conflict overwrite --keep-state',
      ),
    )
    .addHelpText('after', FOLDER_HELP)
    .action(async (file: string, options: ConnectionOptions & transfer.ImportOptions) =>
      show(await withClient(options, (client) => transfer.importRules(client, file, options))),
    );

  withConnection(
    rule.command('push-status').argument('<rule>', RULE).description('which proxy has which version of a rule'),
  )
    .addOption(type(ANY_TYPE))
    .addHelpText(
      'after',
      helpText(
        '0 every live proxy has it, or there is nothing to push; 1 not yet; 3 a proxy refused it',
        'weft rule push-status echo-qps',
      ),
    )
    .action(async (wanted: string, options: ConnectionOptions & TypeOption) =>
      show(await withClient(options, (client) => actions.pushStatus(client, wanted, options.type))),
    );
}
