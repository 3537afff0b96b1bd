import { writeFileSync } from 'node:fs';
import type { ApiClient } from '@weft/api';
import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { allPages } from '../../mesh-api/all-pages.ts';
import { helpText, type Show, withClient, withConnection } from '../../mesh-api/command.ts';
import type { ConnectionOptions } from '../../mesh-api/connection.ts';
import { formatTable } from '../../mesh-api/table.ts';
import { CommandError, type Outcome } from '../../outcome.ts';

interface CreateOptions extends ConnectionOptions {
  readonly out?: string;
}

/** `weft key …`: access keys, which proxies prove themselves with. */
export function addKeyCommands(program: Command, show: Show): void {
  const key = program.command('key').description('access keys of the proxies of a workspace');
  key.addHelpText('after', '\nExamples:\n  weft key list\n  weft key create --out proxy-key.json');

  withConnection(key.command('list').description('access keys of the workspace, without secrets'))
    .addHelpText('after', helpText('0 listed', 'weft key list', 'weft key list --ws prod --json'))
    .action(async (options: ConnectionOptions) => show(await withClient(options, list)));

  withConnection(
    key.command('create').description('make an access key; its secret is shown once, or written to a file'),
  )
    .option('--out <file>', 'write what `weft proxy start --control-key-file` reads, mode 600; nothing is shown')
    .addHelpText(
      'after',
      helpText(
        '0 made, 1 refused, or the file is there already',
        'weft key create --out proxy-key.json && weft proxy start -c weft.yaml --control 127.0.0.1:9880 --control-key-file proxy-key.json',
        'weft key create --ws prod --json',
      ),
    )
    .action(async (options: CreateOptions) => show(await withClient(options, (client) => create(client, options.out))));

  for (const [name, status, does] of [
    ['disable', 'DISABLED', 'refuse an access key; proxies that use it are disconnected and serve what they have'],
    ['enable', 'ACTIVE', 'take an access key again'],
  ] as const)
    withConnection(key.command(name).argument('<id>', 'id of the access key').description(does))
      .addHelpText('after', helpText('0 done, 1 there is no such key', `weft key ${name} WEFTqpZ83kd0sLmN41xa`))
      .action(async (id: string, options: ConnectionOptions) =>
        show(
          await withClient(options, async ({ osp }) => {
            const changed = await osp.updateAccessKey({ params: { accessKeyId: id }, body: { status } });
            return { exitCode: EXIT.OK, text: `${id} is ${name}d`, json: { ok: true, key: changed } };
          }),
        ),
      );
}

async function list(client: ApiClient): Promise<Outcome> {
  const items = await allPages((page) => client.osp.listAccessKeys({ query: page }));
  const rows = items.map((item) => [item.accessKeyId, item.status, item.createdAt, item.lastUsedAt ?? 'never']);
  return {
    exitCode: EXIT.OK,
    text: formatTable(['key', 'status', 'made', 'last used'], rows, 'there are none'),
    json: { ok: true, items },
  };
}

async function create(client: ApiClient, file: string | undefined): Promise<Outcome> {
  // Before there is a secret that could be lost.
  if (file !== undefined) reserve(file);
  const { key, secret } = await client.osp.createAccessKey();
  const { accessKeyId: accessKey, tenantId: tenant, workspaceId: workspace, instanceId } = key;
  if (file === undefined)
    return {
      exitCode: EXIT.OK,
      text: `key     ${accessKey}\nsecret  ${secret}\n  shown once; of workspace ${tenant}/${workspace}`,
      json: { ok: true, key, secret },
    };
  writeFileSync(file, `${JSON.stringify({ accessKey, secret, tenant, workspace, instanceId }, null, 2)}\n`, {
    mode: 0o600,
    flush: true,
  });
  return {
    exitCode: EXIT.OK,
    text: `${accessKey} of workspace ${tenant}/${workspace} is in ${file}, for --control-key-file of its proxies`,
    json: { ok: true, key, file },
  };
}

function reserve(file: string): void {
  try {
    writeFileSync(file, '', { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandError(
      EXIT.FAILED,
      'file',
      code === 'EEXIST' ? `--out: ${file} is there already, and is not written over` : `--out: ${message}`,
    );
  }
}
