import type { ApiClient, Product } from '@weft/api';
import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { helpText, type Show, withClient, withConnection, withTenant } from '../../mesh-api/command.ts';
import type { ConnectionOptions } from '../../mesh-api/connection.ts';
import { formatTable } from '../../mesh-api/table.ts';
import type { Outcome } from '../../outcome.ts';

const VERBS = {
  open: { does: 'open a product for a tenant; its workspaces may start it', of: 'tenant' },
  close: { does: 'close a product for a tenant: its proxies are disconnected and serve what they have', of: 'tenant' },
  start: { does: 'start an opened product in a workspace', of: 'workspace' },
  stop: {
    does: 'stop a product in a workspace: its proxies are disconnected and serve what they have',
    of: 'workspace',
  },
} as const;
type Verb = keyof typeof VERBS;

/** `weft product …`. */
export function addProductCommands(program: Command, show: Show): void {
  const product = program
    .command('product')
    .description('products that are opened for tenants and started in workspaces');
  product.addHelpText('after', '\nExamples:\n  weft product list\n  weft product open MESH --tenant ACME');
  withConnection(product.command('list').description('products, and where they are opened and started'))
    .addHelpText(
      'after',
      helpText('0 listed, 1 there is no such tenant', 'weft product list', 'weft product list --tenant ACME --json'),
    )
    .action(async (options: ConnectionOptions) => show(await withTenant(options, list)));
  for (const verb of Object.keys(VERBS) as Verb[]) {
    const { does, of } = VERBS[verb];
    withConnection(product.command(verb).argument('<product>', 'code, such as MESH').description(does))
      .addHelpText(
        'after',
        helpText(
          '0 done, 1 refused, or there is no such product, tenant or workspace',
          `weft product ${verb} MESH`,
          `weft product ${verb} MESH --tenant ACME${of === 'workspace' ? ' --ws prod' : ''}`,
        ),
      )
      .action(async (code: string, options: ConnectionOptions) =>
        show(
          of === 'tenant'
            ? await withTenant(options, (client, tenantId) => ofTenant(client, verb, tenantId, code.toUpperCase()))
            : await withClient(options, (client) => ofWorkspace(client, verb, code.toUpperCase())),
        ),
      );
  }
}

async function list(client: ApiClient, tenantId: string): Promise<Outcome> {
  const { items } = await client.osp.listProducts({ params: { tenantId } });
  const rows = items.map((item) => [item.productCode, stateOf(item), startedIn(item), item.name]);
  return {
    exitCode: EXIT.OK,
    text: `tenant ${tenantId}\n${formatTable(['product', 'state', 'started in', 'what it is'], rows, 'there are none')}`,
    json: { ok: true, tenantId, items },
  };
}

const stateOf = ({ with: comesWith, state }: Product): string =>
  state === 'ABSENT' ? 'not here yet' : `${state.toLowerCase()}${comesWith === null ? '' : ` with ${comesWith}`}`;

const startedIn = ({ workspaces }: Product): string =>
  workspaces
    .filter(({ state }) => state === 'STARTED')
    .map(({ workspaceId }) => workspaceId)
    .join(', ') || '-';

async function ofTenant(client: ApiClient, verb: Verb, tenantId: string, productCode: string): Promise<Outcome> {
  const params = { tenantId, productCode };
  const product = await (verb === 'open' ? client.osp.openProduct({ params }) : client.osp.closeProduct({ params }));
  return done(verb, product, `tenant ${tenantId}`);
}

async function ofWorkspace(client: ApiClient, verb: Verb, productCode: string): Promise<Outcome> {
  const { tenantId, workspaceId } = await client.osp.getSession();
  const params = { tenantId, workspaceId, productCode };
  const product = await (verb === 'start' ? client.osp.startProduct({ params }) : client.osp.stopProduct({ params }));
  return done(verb, product, `workspace ${tenantId}/${workspaceId}`);
}

const done = (verb: Verb, product: Product, where: string): Outcome => ({
  exitCode: EXIT.OK,
  text: `${product.productCode} is ${DONE[verb]} ${where}`,
  json: { ok: true, product },
});

const DONE: Readonly<Record<Verb, string>> = {
  open: 'opened for',
  close: 'closed for',
  start: 'started in',
  stop: 'stopped in',
};
