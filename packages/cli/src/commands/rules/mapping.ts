import { type Command, Option } from 'commander';
import { collect } from '../../collect.ts';
import { helpText, type Show, withClient, withConnection } from '../../mesh-api/command.ts';
import type { ConnectionOptions } from '../../mesh-api/connection.ts';
import { type TryOptions, tryMapping } from './mapping-try.ts';
import { RULE } from './rule-types.ts';

/** Kept here, as the interface would be loaded for each `--help`; a test compares them. */
export const TRANSCODERS = ['dubbo_http', 'http_dubbo', 'bolt_http', 'http_bolt'] as const;

const MORE = `
Mappings are rules of the type mapping: weft rule list --type mapping, and so on for apply, enable, diff, rollback,
push-status and export. Proxies use those that mapping_refs of their filter transcoder names.`;

/** `weft mapping …`: what mappings have beyond other rules. */
export function addMappingCommands(program: Command, show: Show): void {
  const mapping = program
    .command('mapping')
    .description('mappings of conversion between protocols: try them')
    .addHelpText('after', MORE);
  withConnection(
    mapping
      .command('try')
      .argument('[mapping]', `${RULE} of a mapping of the control plane`)
      .description('convert a sample of a request, and of its answer; nothing is stored or sent'),
  )
    .option(
      '-f, --file <file>',
      'try the mapping of this file: a rule, or what mapping_files name; - for standard input',
    )
    .addOption(
      new Option('--with <transcoder>', 'from which protocol to which').choices(TRANSCODERS).makeOptionMandatory(),
    )
    .requiredOption('-r, --request <request>', "what is called: 'GET /users/7', or a method such as 'getUser(long)'")
    .option('--service <name>', 'service of a call, interface[:version[:group]] (default: that of the mapping)')
    .option('--body <text>', 'the body; for a call its arguments as a JSON array')
    .option('-H, --header <header>', "a header or attachment: 'name: value' (may be repeated)", collect)
    .option('--answer <text>', 'what the host answers: a body, or a value as JSON')
    .option('--status <n>', 'status of that answer (default: success)')
    .option('--exception <class>', 'the method throws this, with --answer as its text')
    .addHelpText(
      'after',
      helpText(
        '0 converted, 1 not',
        "weft mapping try users-v3 --with http_dubbo -r 'GET /users/7' --answer '{\"id\":7}'",
        "weft mapping try -f users.yaml --with dubbo_http -r 'getUser(long)' --body '[7]' --status 409",
      ),
    )
    .action(async (wanted: string | undefined, options: ConnectionOptions & TryOptions) =>
      show(await withClient(options, (client) => tryMapping(client, wanted, options))),
    );
}
