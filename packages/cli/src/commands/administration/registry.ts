import type { ApiClient, RegistryPush } from '@weft/api';
import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { allPages } from '../../mesh-api/all-pages.ts';
import { helpText, type Show, withClient, withConnection } from '../../mesh-api/command.ts';
import type { ConnectionOptions } from '../../mesh-api/connection.ts';
import { formatTable } from '../../mesh-api/table.ts';
import type { Outcome } from '../../outcome.ts';

/** `weft registry …`. */
export function addRegistryCommands(program: Command, show: Show): void {
  const registry = program.command('registry').description('what is published, by whom, and whether it is pushed');
  registry.addHelpText('after', '\nExamples:\n  weft registry sessions\n  weft registry push status');

  withConnection(
    registry
      .command('datum')
      .argument('[service]', 'dataId; all of the workspace when not given')
      .description('publications in force'),
  )
    .option('--app <name>', 'app of the publisher')
    .addHelpText(
      'after',
      helpText('0 listed', 'weft registry datum', 'weft registry datum details.bookinfo:9080@Http1 --json'),
    )
    .action(async (dataId: string | undefined, options: ConnectionOptions & { readonly app?: string }) =>
      show(await withClient(options, (client) => datum(client, dataId, options.app))),
    );

  withConnection(registry.command('sessions').description('proxies that hold publications, and how many'))
    .addHelpText('after', helpText('0 listed', 'weft registry sessions', 'weft registry sessions --json'))
    .action(async (options: ConnectionOptions) => show(await withClient(options, sessions)));

  const push = registry.command('push').description('whether changes of endpoints are pushed, for every tenant');
  push.addHelpText(
    'after',
    '\nExamples:\n  weft registry push status\n  weft registry push close\n  weft registry push open',
  );
  withConnection(push.command('status').description('whether changes are pushed, and how many wait'))
    .addHelpText('after', helpText('0 they are, 1 they are kept', 'weft registry push status'))
    .action(async (options: ConnectionOptions) =>
      show(await withClient(options, async (client) => pushOutcome(await client.registry.getPush(), 'open'))),
    );
  withConnection(push.command('close').description('keep changes and push none; callers go on with what they have'))
    .option('--gray <addresses>', 'proxies that are pushed to all the same, separated by commas')
    .addHelpText(
      'after',
      helpText('0 closed, 1 refused', 'weft registry push close', 'weft registry push close --gray 10.0.0.7,10.0.0.8'),
    )
    .action(async (options: ConnectionOptions & { readonly gray?: string }) =>
      show(
        await withClient(options, async (client) => {
          const grayIps = (options.gray ?? '').split(',').flatMap((ip) => (ip.trim() === '' ? [] : [ip.trim()]));
          return pushOutcome(await client.registry.closePush({ body: { grayIps } }), 'closed');
        }),
      ),
    );
  withConnection(push.command('open').description('push again; each subscriber gets the newest state once'))
    .addHelpText('after', helpText('0 open, 1 refused', 'weft registry push open'))
    .action(async (options: ConnectionOptions) =>
      show(await withClient(options, async (client) => pushOutcome(await client.registry.openPush(), 'open'))),
    );
}

async function datum(client: ApiClient, dataId: string | undefined, app: string | undefined): Promise<Outcome> {
  const query = { ...(dataId === undefined ? {} : { dataId }), ...(app === undefined ? {} : { app }) };
  const items = await allPages((page) => client.registry.dump({ query: { ...page, ...query } }));
  const rows = items.map((item) => [
    item.dataId,
    `${item.address}:${item.port}`,
    item.app,
    item.enabled ? item.weight : 'off',
    item.zone,
    item.version,
    item.leaseEndsAt ?? '',
  ]);
  return {
    exitCode: EXIT.OK,
    text: formatTable(
      ['service', 'address', 'app', 'weight', 'zone', 'version', 'lease until'],
      rows,
      'nothing is published',
    ),
    json: { ok: true, items },
  };
}

async function sessions(client: ApiClient): Promise<Outcome> {
  const entries = await allPages((page) => client.registry.dump({ query: page }));
  const bySession = Object.values(Object.groupBy(entries, ({ proxyId }) => proxyId)).flatMap((own) => {
    const [first] = own ?? [];
    if (first === undefined) return [];
    const { proxyId, sessionId, app, address, leaseEndsAt } = first;
    return [{ proxyId, sessionId, app, address, publications: own?.length ?? 0, leaseEndsAt }];
  });
  const rows = bySession.map((one) => [one.proxyId, one.app, one.address, one.publications, one.leaseEndsAt ?? '']);
  return {
    exitCode: EXIT.OK,
    text: formatTable(
      ['proxy', 'app', 'address', 'publications', 'lease until'],
      rows,
      'no proxy has published anything',
    ),
    json: { ok: true, items: bySession },
  };
}

function pushOutcome(push: RegistryPush, wanted: RegistryPush['state']): Outcome {
  const { state, operator, since, pending, grayIps } = push;
  const gray = grayIps.length === 0 ? '' : `; ${grayIps.join(', ')} get them all the same`;
  return {
    exitCode: state === wanted ? EXIT.OK : EXIT.FAILED,
    text:
      state === 'open'
        ? 'changes of endpoints are pushed'
        : `changes of endpoints are kept: closed by ${operator} since ${since ?? 'an unknown time'}, ${pending} services wait${gray}`,
    json: { ok: state === wanted, ...push },
  };
}
