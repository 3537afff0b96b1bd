import type { ApiClient, Freeze } from '@weft/api';
import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { helpText, type Show, withClient, withConnection } from '../../mesh-api/command.ts';
import type { ConnectionOptions } from '../../mesh-api/connection.ts';
import { CommandError, type Outcome } from '../../outcome.ts';

interface ScopeOptions extends ConnectionOptions {
  readonly everything?: boolean;
}
interface FreezeOptions extends ScopeOptions {
  readonly for: string;
  readonly reason: string;
}

const EVERYTHING = 'of every tenant; for who administers the platform';
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const MAX_MS = 30 * 86_400_000;

/** `weft push …`: stops what is pushed to proxies, and lets it go on. */
export function addPushCommands(program: Command, show: Show): void {
  const push = program.command('push').description('whether rules and values are pushed to proxies');
  push.addHelpText(
    'after',
    '\nExamples:\n  weft push status\n  weft push freeze --for 2h --reason "peak hours"\n  weft push resume',
  );
  withConnection(push.command('status').description('whether pushing is frozen, by whom, until when and why'))
    .addHelpText('after', helpText('0 it goes on, 1 it is frozen', 'weft push status', 'weft push status --ws prod'))
    .action(async (options: ConnectionOptions) =>
      show(await withClient(options, async (client) => outcome(await client.drm.getWorkspaceFreeze(), false))),
    );
  withConnection(
    push
      .command('freeze')
      .description('keep changes of rules and values, and push none to the proxies of the workspace until a time'),
  )
    .requiredOption('--for <time>', 'how long: minutes, hours or days such as 30m, 2h, 1d; 30d at most')
    .requiredOption('--reason <text>', 'why; everybody who looks sees it')
    .option('--everything', EVERYTHING)
    .addHelpText(
      'after',
      helpText(
        '0 frozen, 1 refused',
        'weft push freeze --for 2h --reason "peak hours"',
        'weft push freeze --ws prod --for 1d --reason sale',
      ),
    )
    .action(async (options: FreezeOptions) => {
      const body = { until: new Date(Date.now() + readTime(options.for)).toISOString(), reason: options.reason };
      const freeze = ({ drm }: ApiClient): Promise<Freeze> =>
        options.everything === true ? drm.freeze({ body }) : drm.freezeWorkspace({ body });
      show(await withClient(options, async (client) => outcome(await freeze(client), true)));
    });
  withConnection(push.command('resume').description('push again, beginning with what was kept'))
    .option('--everything', EVERYTHING)
    .addHelpText('after', helpText('0 it goes on, 1 refused, or all pushing is frozen', 'weft push resume'))
    .action(async (options: ScopeOptions) => {
      const thaw = ({ drm }: ApiClient): Promise<Freeze> =>
        options.everything === true ? drm.thaw() : drm.thawWorkspace();
      show(await withClient(options, async (client) => outcome(await thaw(client), false)));
    });
}

/** `wanted`: whether it is to be frozen. */
function outcome(freeze: Freeze, wanted: boolean): Outcome {
  const { frozen, scope, operator, since, until, reason } = freeze;
  const whose = scope === 'platform' ? 'all pushing' : 'pushing to this workspace';
  return {
    exitCode: frozen === wanted ? EXIT.OK : EXIT.FAILED,
    text: frozen
      ? `${whose} is frozen by ${operator} since ${since ?? 'an unknown time'} until ${until}: ${reason}`
      : 'rules and values are pushed',
    json: { ok: frozen === wanted, ...freeze },
  };
}

function readTime(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const ms = Number(number) * (UNIT_MS[unit] ?? 0);
  if (!(ms > 0 && ms <= MAX_MS))
    throw new CommandError(
      EXIT.USAGE,
      'usage',
      `--for: found "${text}", expected a time such as 30m, 2h or 1d, 30d at most`,
    );
  return ms;
}
