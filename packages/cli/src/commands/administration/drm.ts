import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { helpText, type Show, withClient, withConnection } from '../../mesh-api/command.ts';
import type { ConnectionOptions } from '../../mesh-api/connection.ts';
import { CommandError, type Outcome } from '../../outcome.ts';
import {
  history,
  type ListOptions,
  listValues,
  type PutOptions,
  putValue,
  rollback,
  showValue,
  status,
} from './drm-values.ts';

const PRICES = "'Alipay.shop:name=com.example.Prices.currency,version=3.0@DRM'";

/** `weft drm …`. */
export function addDrmCommands(program: Command, show: Show): void {
  const drm = program.command('drm').description('values that are pushed to proxies, with their versions');
  drm.addHelpText(
    'after',
    `\nExamples:\n  weft drm list --app shop\n  weft drm put ${PRICES} --value EUR\n  weft drm parse ${PRICES}`,
  );
  drm
    .command('parse')
    .argument('<dataId>', 'domain:name=class.attribute,version=3.0@DRM')
    .description('the parts of a dataId, or what is wrong with it and where; asks nobody')
    .option('--json', 'answer in JSON')
    .addHelpText(
      'after',
      helpText(
        '0 it is one, 1 it is none',
        "weft drm parse 'sofa.config:name=com.alipay.sofa.middleware.servicegov.apps.crpc-client.downgradeRule,version=3.0@DRM'",
        "weft drm parse --json 'Alipay.shop:name=com.example.Prices.currency,version=3.0@DRM'",
      ),
    )
    .action(async (dataId: string) => show(await parse(dataId)));

  withConnection(drm.command('list').description('values of the tenant, without their content'))
    .option('--keyword <text>', 'part of the dataId')
    .option('--app <name>', 'app in the dataId')
    .addHelpText('after', helpText('0 listed', 'weft drm list', 'weft drm list --app shop --json'))
    .action(async (options: ConnectionOptions & ListOptions) =>
      show(await withClient(options, (client) => listValues(client, options))),
    );
  const one = (name: string, description: string): Command =>
    withConnection(drm.command(name).argument('<dataId>').description(description));
  one('show', 'the value in force, or that of a version')
    .option('--at <version>', 'that of an older version')
    .addHelpText(
      'after',
      helpText('0 shown, 1 there is none', `weft drm show ${PRICES}`, `weft drm show ${PRICES} --at 3`),
    )
    .action(async (dataId: string, options: ConnectionOptions & { readonly at?: string }) =>
      show(await withClient(options, (client) => showValue(client, dataId, options.at))),
    );
  one('put', 'write the next version of a value, and push it')
    .option('--value <text>', 'the value')
    .option('--file <file>', 'file with the value; - for standard input')
    .option('--base <n>', 'version that the change builds on; the one in force unless given')
    .option('--comment <text>', 'why')
    .addHelpText(
      'after',
      helpText(
        '0 stored, 1 refused, or changed by somebody meanwhile',
        `weft drm put ${PRICES} --value EUR`,
        `weft drm put ${PRICES} --file prices.json --comment "new prices"`,
      ),
    )
    .action(async (dataId: string, options: ConnectionOptions & PutOptions) =>
      show(await withClient(options, (client) => putValue(client, dataId, options))),
    );
  one('history', 'versions of a value, newest first')
    .addHelpText('after', helpText('0 listed, 1 there is none', `weft drm history ${PRICES}`))
    .action(async (dataId: string, options: ConnectionOptions) =>
      show(await withClient(options, (client) => history(client, dataId))),
    );
  one('rollback', 'make the value of an older version the next one')
    .requiredOption('--to <n>', 'version to go back to')
    .addHelpText('after', helpText('0 done, 1 there is no such version', `weft drm rollback ${PRICES} --to 3`))
    .action(async (dataId: string, options: ConnectionOptions & { readonly to: string }) =>
      show(await withClient(options, (client) => rollback(client, dataId, options.to))),
    );
  one('status', 'which proxy has which version of a value')
    .addHelpText(
      'after',
      helpText('0 all have it, 1 some have not answered, 3 some refuse it', `weft drm status ${PRICES}`),
    )
    .action(async (dataId: string, options: ConnectionOptions) =>
      show(await withClient(options, (client) => status(client, dataId))),
    );
}

async function parse(dataId: string): Promise<Outcome> {
  const { DataIdError, parseDrmDataId } = await import('@weft/schema/data-id');
  try {
    const { domain, className, attribute, app, serviceId } = parseDrmDataId(dataId);
    const lines = [
      `domain     ${domain}`,
      `class      ${className}`,
      `attribute  ${attribute}`,
      `app        ${app === '' ? '-' : app}`,
      ...(serviceId === '' ? [] : [`service    ${serviceId}`]),
    ];
    return {
      exitCode: EXIT.OK,
      text: lines.join('\n'),
      json: { ok: true, dataId, domain, class: className, attribute, app, serviceId },
    };
  } catch (error) {
    if (!(error instanceof DataIdError)) throw error;
    throw new CommandError(EXIT.FAILED, 'INVALID', error.message);
  }
}
