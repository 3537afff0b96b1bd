import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { helpText, type Show } from '../../mesh-api/command.ts';
import { CommandError, type Outcome } from '../../outcome.ts';

/** `weft drm …`. */
export function addDrmCommands(program: Command, show: Show): void {
  const drm = program.command('drm').description('names of pushed values');
  drm.addHelpText(
    'after',
    "\nExamples:\n  weft drm parse 'Alipay.shop:name=com.example.Prices.currency,version=3.0@DRM'",
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
