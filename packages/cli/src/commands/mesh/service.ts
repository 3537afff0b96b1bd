import type { ApiClient, Provider } from '@weft/api';
import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { allPages } from '../../mesh-api/all-pages.ts';
import { helpText, type Show, withClient, withConnection } from '../../mesh-api/command.ts';
import type { ConnectionOptions } from '../../mesh-api/connection.ts';
import { formatTable } from '../../mesh-api/table.ts';
import { CommandError, type Outcome } from '../../outcome.ts';
import { hasCode } from '../rules/rule-types.ts';
import { askCallersOf, type LeftOut, leftOutBy, notKnown } from './left-out.ts';
import { nearServices } from './near-services.ts';

interface ListOptions extends ConnectionOptions {
  readonly keyword?: string;
  readonly type?: string;
  readonly app?: string;
  readonly withoutProvider?: boolean;
}
interface ChangeOptions extends ConnectionOptions {
  readonly force?: boolean;
}

/** Endpoints are pushed; no request in progress is moved. */
const WHEN = '  acts on new requests once the proxies of the callers have it, usually within a second';
const RPS = (value: number): string => (value === 0 ? '-' : value.toFixed(1));

/** `weft service …`. */
export function addServiceCommands(program: Command, show: Show): void {
  const service = program.command('service').description('services, who provides them, and who gets traffic');
  service.addHelpText(
    'after',
    '\nExamples:\n  weft service list\n  weft service show details.bookinfo:9080@Http1\n  weft service weight reviews.bookinfo:9080@Http1 127.0.0.1:10080 --to 10',
  );

  withConnection(service.command('list').description('services of the workspace'))
    .option('--keyword <text>', 'part of the id, or a glob with *')
    .option('--type <type>', 'SOFA, DUBBO, SPRING_CLOUD, HTTP or GRPC')
    .option('--app <name>', 'app that provides it')
    .option('--without-provider', 'only those that nobody provides')
    .addHelpText('after', helpText('0 listed', 'weft service list', "weft service list --keyword '*ratings*' --json"))
    .action(async (options: ListOptions) => show(await withClient(options, (client) => list(client, options))));

  withConnection(service.command('show').argument('<service>').description('one service with providers and consumers'))
    .addHelpText('after', helpText('0 shown, 1 there is none', 'weft service show details.bookinfo:9080@Http1'))
    .action(async (id: string, options: ConnectionOptions) =>
      show(await withClient(options, (client) => showService(client, id))),
    );

  for (const [name, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    withConnection(
      service
        .command(name)
        .argument('<service>')
        .argument('<addresses...>', 'ip:port of providers')
        .description(enabled ? 'give traffic to providers again' : 'take providers out of traffic'),
    )
      .option('--force', 'also the last enabled provider')
      .addHelpText(
        'after',
        helpText(
          '0 done, 1 a provider is not there, 3 it would be the last enabled one',
          `weft service ${name} details.bookinfo:9080@Http1 127.0.0.1:10080`,
        ),
      )
      .action(async (id: string, addresses: string[], options: ChangeOptions) =>
        show(await withClient(options, (client) => update(client, id, addresses, { enabled }, options.force === true))),
      );
  }

  withConnection(
    service
      .command('protect')
      .argument('<service>')
      .description('percent of healthy providers below which callers ignore health, so that the rest is not overrun'),
  )
    .requiredOption('--percent <n>', '0 to 100; 0 for never, 50 unless it was set')
    .addHelpText(
      'after',
      helpText('0 done, 1 there is no such service', 'weft service protect details.bookinfo:9080@Http1 --percent 30'),
    )
    .action(async (id: string, options: ConnectionOptions & { percent: string }) => {
      const percent = Number(options.percent);
      if (!/^\d{1,3}$/.test(options.percent) || percent > 100)
        throw new CommandError(
          EXIT.USAGE,
          'usage',
          `--percent: found "${options.percent}", expected a number from 0 to 100`,
        );
      show(await withClient(options, (client) => protect(client, id, percent)));
    });

  withConnection(
    service
      .command('weight')
      .argument('<service>')
      .argument('<addresses...>', 'ip:port of providers')
      .description('share of the traffic that providers get'),
  )
    .requiredOption('--to <weight>', 'new weight, 0 to 1000')
    .option('--force', 'also to 0 for the last enabled provider')
    .addHelpText(
      'after',
      helpText(
        '0 done, 1 a provider is not there, 3 refused by a guard',
        'weft service weight reviews.bookinfo:9080@Http1 127.0.0.1:10080 --to 10',
      ),
    )
    .action(async (id: string, addresses: string[], options: ChangeOptions & { to: string }) => {
      const weight = Number(options.to);
      if (!/^\d{1,4}$/.test(options.to) || weight > 1000)
        throw new CommandError(EXIT.USAGE, 'usage', `--to: found "${options.to}", expected a number from 0 to 1000`);
      show(await withClient(options, (client) => update(client, id, addresses, { weight }, options.force === true)));
    });
}

async function protect(client: ApiClient, serviceId: string, protectThreshold: number): Promise<Outcome> {
  const service = await client.ms.updateService({ params: { serviceId }, body: { protectThreshold } });
  return {
    exitCode: EXIT.OK,
    text: `${serviceId}: ${protectText(protectThreshold)}`,
    json: { ok: true, service },
  };
}

const protectText = (percent: number): string =>
  percent === 0
    ? 'callers never ask providers that are not healthy'
    : `callers ask every provider while less than ${percent} % of them are healthy`;

async function list(client: ApiClient, options: ListOptions): Promise<Outcome> {
  const items = await allPages((page) =>
    client.ms.listServices({
      query: {
        ...page,
        ...(options.keyword === undefined ? {} : { keyword: options.keyword }),
        ...(options.type === undefined ? {} : { type: options.type.toUpperCase() }),
        ...(options.app === undefined ? {} : { app: options.app }),
        ...(options.withoutProvider === true ? { noProvider: true } : {}),
      },
    }),
  );
  const rows = items.map((item) => [
    item.serviceId,
    item.type,
    item.app,
    `${item.enabledCount}/${item.providerCount}`,
    item.consumerCount,
    item.ruleCount,
  ]);
  return {
    exitCode: EXIT.OK,
    text: formatTable(['service', 'type', 'app', 'providers', 'consumers', 'rules'], rows, 'there are no services'),
    json: { ok: true, items },
  };
}

/** @throws CommandError with the names that are near, for a service that is not there */
async function findService(client: ApiClient, serviceId: string) {
  try {
    return await client.ms.getService({ params: { serviceId } });
  } catch (error) {
    if (!hasCode(error, 'NOT_FOUND')) throw error;
    const near = await nearServices(client, serviceId);
    const advice = near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'weft service list';
    throw new CommandError(EXIT.FAILED, 'NOT_FOUND', `there is no service "${serviceId}"; ${advice}`);
  }
}

export async function showService(client: ApiClient, wanted: string): Promise<Outcome> {
  const service = await findService(client, wanted);
  const params = { serviceId: service.serviceId };
  const providers = await allPages((page) => client.ms.listProviders({ params, query: page }));
  const consumers = await allPages((page) => client.ms.listConsumers({ params, query: page }));
  const callers = await askCallersOf(client, service);
  const shown = providers.map((item) => ({ item, leftOut: leftOutBy(callers, service.serviceId, item.address) }));
  const { protectThreshold: protect } = service;
  const text = [
    `${service.serviceId}  ${service.type}, provided by ${service.app || 'nobody'}, ${service.ruleCount} ${service.ruleCount === 1 ? 'rule' : 'rules'}\n  ${protectText(protect.percent)}${protect.active ? `\n  protected: ${protect.reason}` : ''}`,
    '',
    formatTable(
      ['provider', 'app', 'version', 'weight', 'state', 'zone', 'req/s'],
      shown.map(({ item, leftOut }) => providerRow(item, leftOut)),
      'nobody provides it',
    ),
    ...(notKnown(callers) === '' ? [] : [`! ${notKnown(callers)}`]),
    '',
    formatTable(
      ['consumer', 'app', 'zone', 'last call'],
      consumers.map((item) => [item.ip, item.app, item.zone, item.lastCallAt ?? 'never']),
      'nobody subscribes to it',
    ),
  ].join('\n');
  const said = shown.map(({ item, leftOut }) =>
    leftOut === undefined ? item : { ...item, leftOut: { callers: leftOut.callers, rules: leftOut.rules } },
  );
  return { exitCode: EXIT.OK, text, json: { ok: true, service, providers: said, consumers } };
}

function providerRow(item: Provider, leftOut: LeftOut | undefined): (string | number)[] {
  const weight =
    item.weight === item.publishedWeight ? item.weight : `${item.weight} (published ${item.publishedWeight})`;
  const own = item.stateBy === '' ? item.state : `${item.state} by ${item.stateBy}`;
  const state = leftOut === undefined ? own : `${own}, left out by ${leftOut.by}`;
  return [item.address, item.app, item.appVersion, weight, state, item.zone, RPS(item.rps)];
}

async function update(
  client: ApiClient,
  serviceId: string,
  addresses: readonly string[],
  change: { readonly enabled?: boolean; readonly weight?: number },
  force: boolean,
): Promise<Outcome> {
  const body = { addresses: [...addresses], ...change, ...(force ? { force } : {}) };
  const { items } = await client.ms.updateProviders({ params: { serviceId }, body });
  const ok = items.every((item) => item.ok);
  const guarded = items.some((item) => !item.ok && item.code === 'LAST_PROVIDER');
  const what =
    change.weight !== undefined ? `weight ${change.weight}` : change.enabled === true ? 'enabled' : 'disabled';
  return {
    exitCode: ok ? EXIT.OK : guarded ? EXIT.REFUSED : EXIT.FAILED,
    text: [
      ...items.map((item) => `${item.ok ? '✓' : '✗'} ${item.id}  ${item.ok ? what : item.message}`),
      ...(items.some((item) => item.ok) ? [WHEN] : []),
    ].join('\n'),
    json: { ok, items },
  };
}
