import type { ApiClient } from '@weft/api';
import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { allPages } from '../../mesh-api/all-pages.ts';
import { helpText, type Show, withConnection, withTenant } from '../../mesh-api/command.ts';
import type { ConnectionOptions } from '../../mesh-api/connection.ts';
import { formatTable } from '../../mesh-api/table.ts';
import type { Outcome } from '../../outcome.ts';

interface CreateOptions extends ConnectionOptions {
  readonly name?: string;
}

/** `weft tenant …` and `weft ws …`. */
export function addTenantCommands(program: Command, show: Show): void {
  const tenant = program.command('tenant').description('tenants of the control plane');
  tenant.addHelpText('after', '\nExamples:\n  weft tenant list\n  weft tenant create ACME --name "Acme Ltd."');
  withConnection(tenant.command('list').description('tenants that you see'))
    .addHelpText('after', helpText('0 listed', 'weft tenant list', 'weft tenant list --json'))
    .action(async (options: ConnectionOptions) => show(await withTenant(options, listTenants)));
  withConnection(tenant.command('create').argument('<id>').description('make a tenant; MESH is opened for it'))
    .option('--name <text>', 'name shown')
    .addHelpText(
      'after',
      helpText(
        '0 made, 1 there is one, or you may not',
        'weft tenant create ACME',
        'weft tenant create ACME --name "Acme Ltd."',
      ),
    )
    .action(async (id: string, options: CreateOptions) =>
      show(await withTenant(options, (client) => createTenant(client, id, options.name))),
    );

  const ws = program.command('ws').description('workspaces of a tenant');
  ws.addHelpText('after', '\nExamples:\n  weft ws list\n  weft ws create prod --tenant ACME');
  withConnection(ws.command('list').description('workspaces of the tenant'))
    .addHelpText('after', helpText('0 listed', 'weft ws list', 'weft ws list --tenant ACME --json'))
    .action(async (options: ConnectionOptions) =>
      show(await withTenant(options, (client, tenantId) => listWorkspaces(client, tenantId))),
    );
  withConnection(ws.command('create').argument('<id>').description('make a workspace; MESH is started in it'))
    .option('--name <text>', 'name shown')
    .addHelpText(
      'after',
      helpText('0 made, 1 there is one, or you may not', 'weft ws create prod', 'weft ws create prod --tenant ACME'),
    )
    .action(async (id: string, options: CreateOptions) =>
      show(await withTenant(options, (client, tenantId) => createWorkspace(client, tenantId, id, options.name))),
    );
}

async function listTenants(client: ApiClient): Promise<Outcome> {
  const items = await allPages((page) => client.osp.listTenants({ query: page }));
  const rows = items.map((item) => [item.tenantId, item.tenantName, item.instanceId, item.status, item.createdAt]);
  return {
    exitCode: EXIT.OK,
    text: formatTable(['tenant', 'name', 'instance', 'status', 'made'], rows, 'there are none'),
    json: { ok: true, items },
  };
}

async function createTenant(client: ApiClient, tenantId: string, name: string | undefined): Promise<Outcome> {
  const tenant = await client.osp.createTenant({
    body: { tenantId, ...(name === undefined ? {} : { tenantName: name }) },
  });
  return {
    exitCode: EXIT.OK,
    text: `tenant ${tenantId} with instance ${tenant.instanceId}\n  next: weft ws create NAME --tenant ${tenantId}`,
    json: { ok: true, tenant },
  };
}

async function listWorkspaces(client: ApiClient, tenantId: string): Promise<Outcome> {
  const items = await allPages((page) => client.osp.listWorkspaces({ params: { tenantId }, query: page }));
  const rows = items.map((item) => [item.workspaceId, item.workspaceName, item.createdAt]);
  return {
    exitCode: EXIT.OK,
    text: formatTable(['workspace', 'name', 'made'], rows, `tenant ${tenantId} has none`),
    json: { ok: true, tenantId, items },
  };
}

async function createWorkspace(
  client: ApiClient,
  tenantId: string,
  workspaceId: string,
  name: string | undefined,
): Promise<Outcome> {
  const workspace = await client.osp.createWorkspace({
    params: { tenantId },
    body: { workspaceId, ...(name === undefined ? {} : { workspaceName: name }) },
  });
  return {
    exitCode: EXIT.OK,
    text: `workspace ${tenantId}/${workspaceId}\n  next: weft key create --tenant ${tenantId} --ws ${workspaceId} --out FILE, for its proxies`,
    json: { ok: true, workspace },
  };
}
