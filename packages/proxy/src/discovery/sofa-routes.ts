import type { Discovery } from './discovery.ts';
import type { Answer, Route } from './native-routes.ts';
import { BodyReader } from './read-body.ts';
import { DiscoveryRefusal } from './refusal.ts';

const FRAMEWORK = 'sofarpc';
/** Parameters of a line that tell a SOFARPC client how to speak, where no provider has said so yet. */
const UNKNOWN_PROVIDER = { v: '4.0', p: '1', _SERIALIZETYPE: 'hessian2' };

/**
 * The API of the mesh registry client in SOFARPC (`registry.protocol=mesh`), which applications use unchanged. What
 * fails by their own doing is 200 with `success: false`, as that client expects.
 */
export const sofaRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: /^\/configs\/application$/,
    handle: ({ discovery, body }) =>
      business(() => {
        discovery.application = new BodyReader(body).requiredText('appName');
        return {};
      }),
  },
  {
    method: 'POST',
    path: /^\/services\/publish$/,
    handle: ({ discovery, body }) =>
      registered(discovery, () => {
        const fields = new BodyReader(body);
        const protocol = protocolOf(discovery, fields);
        const meta = fields.object('providerMetaInfo');
        const properties = meta?.texts('properties') ?? {};
        const group = fields.text('group');
        const port = new BodyReader(properties).integer('port', 1, 65_535);
        const weight = new BodyReader(properties).integer('weight', 0, 1000);
        const { port: _port, weight: _weight, ...others } = properties;
        discovery.publish({
          dataId: discovery.dataIdOf(fields.requiredText('serviceName'), protocol),
          protocol,
          ...(group === undefined ? {} : { group }),
          ...(port === undefined ? {} : { appPort: port }),
          ...(weight === undefined ? {} : { weight }),
          metadata: { ...others, ...metaTexts(meta) },
        });
        return {};
      }),
  },
  {
    method: 'POST',
    path: /^\/services\/unpublish$/,
    handle: ({ discovery, body }) =>
      registered(discovery, () => {
        const fields = new BodyReader(body);
        discovery.unpublish(
          discovery.dataIdOf(fields.requiredText('serviceName'), protocolOf(discovery, fields)),
          fields.text('group'),
        );
        return {};
      }),
  },
  {
    method: 'POST',
    path: /^\/services\/subscribe$/,
    handle: async ({ discovery, body }) => {
      const answer = await registered(discovery, async () => {
        const fields = new BodyReader(body);
        const protocol = protocolOf(discovery, fields);
        const serviceName = fields.requiredText('serviceName');
        const egress = await discovery.openEgress(protocol);
        const subscription = discovery.subscribe(
          discovery.dataIdOf(serviceName, protocol),
          protocol,
          fields.text('group'),
        );
        const parameters = new URLSearchParams({
          ...UNKNOWN_PROVIDER,
          ...subscription.list?.endpoints[0]?.metadata,
          // One line stands for all providers: a client must be able to speak to each of them.
          ...discovery.announcedVariant(subscription),
        });
        return { serviceName, datas: [`${egress}?${parameters}`] };
      });
      await discovery.placed();
      return answer;
    },
  },
  {
    method: 'POST',
    path: /^\/services\/unsubscribe$/,
    handle: ({ discovery, body }) =>
      registered(discovery, () => {
        const fields = new BodyReader(body);
        discovery.unsubscribe(
          discovery.dataIdOf(fields.requiredText('serviceName'), protocolOf(discovery, fields)),
          fields.text('group'),
        );
        return {};
      }),
  },
];

/** As the client names it, or the protocol that is native to its framework. */
const protocolOf = (discovery: Discovery, fields: BodyReader): string =>
  fields.text('protocolType') ?? discovery.nativeProtocol(FRAMEWORK);

async function registered(discovery: Discovery, run: () => object | Promise<object>): Promise<Answer> {
  if (discovery.application === '')
    return { status: 200, body: { success: false, errorMessage: 'application not registered' } };
  return business(run);
}

async function business(run: () => object | Promise<object>): Promise<Answer> {
  try {
    return { status: 200, body: { success: true, errorMessage: null, ...(await run()) } };
  } catch (error) {
    if (!(error instanceof DiscoveryRefusal)) throw error;
    return { status: 200, body: { success: false, errorMessage: error.message } };
  }
}

function metaTexts(meta: BodyReader | undefined): Record<string, string> {
  const pairs: [string, string | undefined][] = [
    ['v', meta?.text('version')],
    ['_SERIALIZETYPE', meta?.text('serializeType')],
    ['app_name', meta?.text('appName')],
  ];
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
