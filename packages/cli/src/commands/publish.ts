import { EXIT } from '@weft/kit';
import { type Command, Option } from 'commander';
import { collect } from '../collect.ts';
import { CommandError, type Outcome } from '../outcome.ts';
import { SIDECAR_PORTS } from './sidecar-sample.ts';

const CALL_LIMIT_MS = 10_000;

export interface LocalOptions {
  readonly api: string;
  readonly group?: string;
  readonly remove?: boolean;
  readonly expose?: readonly string[];
}
export interface PublishOptions extends LocalOptions {
  readonly protocol: string;
  readonly port?: string;
  readonly weight?: string;
  readonly metadata?: readonly string[];
  readonly ttl?: string;
  readonly check?: string;
}
export interface SubscribeOptions extends LocalOptions {
  readonly protocol: string;
  readonly scope?: string;
}

/** Publishes a service of the application beside a proxy, through that proxy. */
export async function runPublish(dataId: string, options: PublishOptions): Promise<Outcome> {
  if (options.remove === true) return remove('publications', dataId, options, 'is published no more');
  const metadata = (options.metadata ?? []).map((pair): [string, string] => {
    const at = pair.indexOf('=');
    if (at <= 0) throw new CommandError(EXIT.USAGE, 'usage', `--metadata: "${pair}" is not KEY=VALUE`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  const json = await call(options.api, 'PUT', path('publications', dataId), {
    protocol: options.protocol,
    group: options.group,
    appPort: number('--port', options.port),
    weight: number('--weight', options.weight),
    ttlSeconds: number('--ttl', options.ttl),
    healthCheck: healthCheck(options.check),
    ...(metadata.length === 0 ? {} : { metadata: Object.fromEntries(metadata) }),
    ...exposed(options),
  });
  return { exitCode: EXIT.OK, text: `${dataId} is published`, json: { ok: true, ...json } };
}

/** Subscribes a service for the application beside a proxy, and says where to call. */
export async function runSubscribe(dataId: string, options: SubscribeOptions): Promise<Outcome> {
  if (options.remove === true) return remove('subscriptions', dataId, options, 'is subscribed no more');
  const json = await call(options.api, 'PUT', path('subscriptions', dataId), {
    protocol: options.protocol,
    group: options.group,
    scope: options.scope,
    ...exposed(options),
  });
  const names = (json['expose'] ?? []) as readonly { readonly dataId: string; readonly egress: string }[];
  const count = Number(json['endpoints']);
  const lines = [
    `${dataId}: call ${String(json['egress'])}; ${count} ${count === 1 ? 'provider' : 'providers'} now`,
    ...names.map((one) => `${one.dataId}: call ${one.egress}, where calls are converted`),
  ];
  return { exitCode: EXIT.OK, text: lines.join('\n'), json: { ok: true, ...json } };
}

async function remove(kind: string, dataId: string, { api, group }: LocalOptions, what: string): Promise<Outcome> {
  await call(api, 'DELETE', `${path(kind, dataId)}${group === undefined ? '' : `?group=${encodeURIComponent(group)}`}`);
  return { exitCode: EXIT.OK, text: `${dataId} ${what}`, json: { ok: true, dataId } };
}

/** `--expose dubbo` and `--expose dubbo=com.example.Echo:1.0@dubbo`. */
function exposed({ expose = [] }: LocalOptions): object {
  if (expose.length === 0) return {};
  return {
    expose: expose.map((text) => {
      const at = text.indexOf('=');
      if (at === 0 || at === text.length - 1)
        throw new CommandError(EXIT.USAGE, 'usage', `--expose: "${text}" is not PROTOCOL or PROTOCOL=DATAID`);
      return at < 0 ? { protocol: text } : { protocol: text.slice(0, at), dataId: text.slice(at + 1) };
    }),
  };
}

const path = (kind: string, dataId: string): string => `/v1/discovery/${kind}/${encodeURIComponent(dataId)}`;

/** `tcp`, or `http:` and a path. */
function healthCheck(text: string | undefined): object | undefined {
  if (text === undefined) return undefined;
  if (text === 'tcp') return { type: 'tcp' };
  const path = /^http:(\/.*)$/.exec(text)?.[1];
  if (path === undefined)
    throw new CommandError(EXIT.USAGE, 'usage', `--check: "${text}" is neither tcp nor http:/PATH`);
  return { type: 'Http1', config: { http_check_config: { path, codes: [{ Start: 200, End: 299 }] } } };
}

function number(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text))
    throw new CommandError(EXIT.USAGE, 'usage', `${option}: "${text}" is not a whole number`);
  return Number(text);
}

async function call(api: string, method: string, target: string, body?: object): Promise<Record<string, unknown>> {
  let response: Response;
  let text: string;
  try {
    // Addresses elsewhere are URLs, and are given so.
    response = await fetch(`http://${api.replace(/^http:\/\/|\/$/g, '')}${target}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    text = await response.text();
  } catch (error) {
    const { cause } = error as { cause?: { message?: string } };
    throw new CommandError(
      EXIT.FAILED,
      'unreachable',
      `no proxy answers at ${api} (${cause?.message ?? String(error)}): --api names the address of mesh.discovery of the proxy beside your application`,
    );
  }
  const answer = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  if (!response.ok) throw new CommandError(EXIT.FAILED, 'refused', String(answer['message'] ?? response.status));
  return answer;
}

type Show = (outcome: Outcome) => void;

/** `weft pub` and `weft sub`: for applications that have no client of a registry. */
export function addDiscoveryCommands(program: Command, show: Show): void {
  const api = `127.0.0.1:${SIDECAR_PORTS.api}`;
  const command = (name: string, description: string, examples: readonly string[]): Command =>
    program
      .command(`${name} <dataId>`)
      .description(description)
      .requiredOption(
        '--protocol <name>',
        'what the service speaks, as in mesh.discovery.protocols: Http1, bolt, dubbo, …',
      )
      .option('--group <name>', 'group in the registry; default by the protocol')
      .option(
        '--expose <protocol[=dataId]>',
        'name in another protocol, of which the proxy converts the calls; more than once',
        collect,
      )
      .option('--api <host:port>', 'local API of the proxy', api)
      .option('--json', 'answer in JSON')
      .addHelpText(
        'after',
        `\nThe proxy keeps it over a restart. Exit codes: 0 done, 1 no proxy or it refused, 2 usage.\n\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`,
      );
  command('pub', 'publish a service of the application beside a proxy', [
    'weft pub shop:80@Http1 --protocol Http1 --port 3000',
    'weft pub com.example.Echo:1.0@DEFAULT --protocol bolt --port 12199 --weight 50 --metadata version=v2',
    'weft pub shop:80@Http1 --protocol Http1 --port 3000 --expose dubbo=com.example.Shop:1.0@dubbo',
    'weft pub shop:80@Http1 --protocol Http1 --port 3000 --check http:/health',
    'weft pub shop:80@Http1 --protocol Http1 --remove',
  ])
    .option('--port <port>', 'port of the application; default by the proxy’s configuration')
    .option('--weight <n>', '0 to 1000; default 100')
    .option('--metadata <key=value>', 'label of this instance; more than once', collect)
    .option(
      '--check <how>',
      'registered only while the application answers: tcp, or http:/PATH for a status of 200 to 299',
    )
    .option('--ttl <seconds>', 'ends by itself unless it is published again; 1 to 86400')
    .option('--remove', 'take it back')
    .action(async (dataId: string, options: PublishOptions) => show(await runPublish(dataId, options)));
  command('sub', 'subscribe a service for the application beside a proxy, and say where to call', [
    'weft sub shop:80@Http1 --protocol Http1',
    'weft sub com.example.Echo:1.0@DEFAULT --protocol bolt --api 127.0.0.1:13331',
    'weft sub shop:80@Http1 --protocol Http1 --scope zone',
    'weft sub shop:80@Http1 --protocol Http1 --remove',
  ])
    .addOption(
      new Option('--scope <which>', 'which providers are called; all unless somebody has said otherwise').choices([
        'zone',
        'dataCenter',
        'global',
      ]),
    )
    .option('--remove', 'end it')
    .action(async (dataId: string, options: SubscribeOptions) => show(await runSubscribe(dataId, options)));
}
