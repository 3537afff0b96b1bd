import type { Command } from 'commander';
import { helpText, type Show, withClient, withConnection } from '../../mesh-api/command.ts';
import type { ConnectionOptions } from '../../mesh-api/connection.ts';
import { type DoctorCallOptions, doctorCall } from './doctor-call.ts';
import { type DoctorRuleOptions, doctorRule } from './doctor-rule.ts';

const EXIT_CODES = '0 every step is well, 1 one failed: it is the cause, and those behind it were not looked at';

/** `weft doctor call` and `weft doctor rule`. */
export function addDoctorCommands(doctor: Command, show: Show): void {
  withConnection(doctor.command('call').description('follow a call from one app to another: the first broken link'))
    .requiredOption('--client <app>', 'app that calls')
    .requiredOption('--server <app>', 'app that is called')
    .requiredOption('--service <dataId>', 'service that is called')
    .option('--trace <id>', 'this one call, by the id of its trace; otherwise the calls of the last 15 minutes')
    .addHelpText(
      'after',
      helpText(
        EXIT_CODES,
        'weft doctor call --client productpage --server reviews --service reviews.bookinfo:9080@Http1',
        'weft doctor call --client reviews --server ratings --service com.weft.bookinfo.RatingsService:1.0@DEFAULT --trace 0a0fe90a17',
      ),
    )
    .action(async (options: DoctorCallOptions, command: Command) =>
      show(await withClient(connectionOf(command), (client) => doctorCall(client, options))),
    );
  withConnection(
    doctor
      .command('rule')
      .description('follow the rules of an app from the switch to the requests: the first broken link'),
  )
    .requiredOption('--app <name>', "app of the rules, '*' for those of every app")
    .option('--type <type>', 'only rules of this type, such as limit, fuse, route, auth')
    .option('--rule <rule>', 'only this rule, by number or name')
    .addHelpText(
      'after',
      helpText(
        '0 every step of the rules that are on is well, 1 one failed: it is the cause, and those behind it were not looked at',
        'weft doctor rule --app details --type limit',
        'weft doctor rule --app details --rule echo-qps',
      ),
    )
    .action(async (options: DoctorRuleOptions, command: Command) =>
      show(await withClient(connectionOf(command), (client) => doctorRule(client, options))),
    );
}

/** The command above has options of the same names, and takes them wherever they stand. */
const connectionOf = (command: Command): ConnectionOptions => command.optsWithGlobals();
