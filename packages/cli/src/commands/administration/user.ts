import type { ApiClient, User } from '@weft/api';
import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { allPages } from '../../mesh-api/all-pages.ts';
import { helpText, type Show, withClient, withConnection } from '../../mesh-api/command.ts';
import type { ConnectionOptions } from '../../mesh-api/connection.ts';
import { formatTable } from '../../mesh-api/table.ts';
import { CommandError, type Outcome } from '../../outcome.ts';

interface CreateOptions extends ConnectionOptions {
  readonly name?: string;
  readonly email?: string;
  readonly role?: string;
}
interface GrantOptions extends ConnectionOptions {
  readonly everyWorkspace?: boolean;
}

/** `weft user …` and `weft role …`. */
export function addUserCommands(program: Command, show: Show): void {
  const user = program.command('user').description('people who log in, and what they may do');
  user.addHelpText('after', '\nExamples:\n  weft user list\n  weft user create anna --role developer');
  const one = (name: string, description: string): Command =>
    withConnection(user.command(name).argument('<login>', 'login name').description(description));

  withConnection(user.command('list').description('users with a role in the workspace or its tenant'))
    .addHelpText('after', helpText('0 listed', 'weft user list', 'weft user list --ws prod --json'))
    .action(async (options: ConnectionOptions) => show(await withClient(options, listUsers)));

  one('create', 'make a user with a one-time password, which is shown once')
    .option('--name <text>', 'name shown')
    .option('--email <address>', 'mail address')
    .option('--role <role>', 'role in the workspace; `weft role list` has them')
    .addHelpText(
      'after',
      helpText(
        '0 made, 1 there is one, or refused',
        'weft user create anna --role developer',
        'weft user create anna --role viewer --ws prod',
      ),
    )
    .action(async (login: string, options: CreateOptions) =>
      show(await withClient(options, (client) => createUser(client, login, options))),
    );

  for (const [name, status, does] of [
    ['disable', 'DISABLED', 'keep a user out; ends sessions and tokens'],
    ['enable', 'ACTIVE', 'let a user log in again'],
  ] as const)
    one(name, does)
      .addHelpText('after', helpText('0 done, 1 there is no such user, 3 a guard refuses', `weft user ${name} anna`))
      .action(async (login: string, options: ConnectionOptions) =>
        show(
          await withClient(options, async (client) => {
            const { userId } = await findUser(client, login);
            const changed = await client.osp.updateUser({ params: { userId }, body: { status } });
            return { exitCode: EXIT.OK, text: `${login} is ${name}d`, json: { ok: true, user: changed } };
          }),
        ),
      );

  one('reset-password', 'give a user a new one-time password, shown once; ends the sessions of the user')
    .addHelpText('after', helpText('0 done, 1 there is no such user', 'weft user reset-password anna'))
    .action(async (login: string, options: ConnectionOptions) =>
      show(
        await withClient(options, async (client) => {
          const { userId } = await findUser(client, login);
          return withPassword(await client.osp.resetPassword({ params: { userId } }));
        }),
      ),
    );

  one('delete', 'delete a user')
    .addHelpText('after', helpText('0 deleted, 1 there is no such user, 3 a guard refuses', 'weft user delete anna'))
    .action(async (login: string, options: ConnectionOptions) =>
      show(
        await withClient(options, async (client) => {
          const { userId } = await findUser(client, login);
          await client.osp.deleteUser({ params: { userId } });
          return { exitCode: EXIT.OK, text: `${login} is deleted`, json: { ok: true, userId } };
        }),
      ),
    );

  for (const name of ['grant', 'revoke'] as const)
    one(name, name === 'grant' ? 'give a user a role' : 'take a role from a user')
      .argument('<role>', 'such as developer')
      .option('--every-workspace', 'of the tenant, and not of one workspace')
      .addHelpText(
        'after',
        helpText(
          '0 done, 1 there is no such user or role, 3 a guard refuses',
          `weft user ${name} anna developer`,
          `weft user ${name} anna viewer --ws prod`,
        ),
      )
      .action(async (login: string, role: string, options: GrantOptions) =>
        show(
          await withClient(options, (client) => changeRole(client, name, login, role, options.everyWorkspace === true)),
        ),
      );

  const role = program.command('role').description('what people may do');
  role.addHelpText('after', '\nExamples:\n  weft role list');
  withConnection(role.command('list').description('roles, and the permission points of each'))
    .addHelpText('after', helpText('0 listed', 'weft role list', 'weft role list --json'))
    .action(async (options: ConnectionOptions) => show(await withClient(options, listRoles)));
}

async function listUsers(client: ApiClient): Promise<Outcome> {
  const items = await allPages((page) => client.osp.listUsers({ query: page }));
  const rows = items.map((item) => [
    item.loginName,
    item.displayName,
    item.status,
    rolesOf(item),
    item.lastLogin ?? 'never',
  ]);
  return {
    exitCode: EXIT.OK,
    text: formatTable(['login', 'name', 'status', 'roles', 'last login'], rows, 'there are none'),
    json: { ok: true, items },
  };
}

const rolesOf = ({ bindings }: User): string =>
  bindings
    .map(
      ({ role, tenantId, workspaceId }) =>
        `${role} in ${tenantId === null ? 'every tenant' : `${tenantId}/${workspaceId ?? '*'}`}`,
    )
    .join(', ');

async function createUser(
  client: ApiClient,
  loginName: string,
  { name, email, role }: CreateOptions,
): Promise<Outcome> {
  return withPassword(
    await client.osp.createUser({
      body: {
        loginName,
        ...(name === undefined ? {} : { displayName: name }),
        ...(email === undefined ? {} : { email }),
        ...(role === undefined ? {} : { role }),
      },
    }),
  );
}

const withPassword = ({ user, oneTimePassword }: { user: User; oneTimePassword: string }): Outcome => ({
  exitCode: EXIT.OK,
  text: `user      ${user.loginName}\npassword  ${oneTimePassword}\n  shown once, and to be changed at the first login`,
  json: { ok: true, user, oneTimePassword },
});

async function changeRole(
  client: ApiClient,
  verb: 'grant' | 'revoke',
  login: string,
  role: string,
  everyWorkspace: boolean,
): Promise<Outcome> {
  const { tenantId, workspaceId } = await client.osp.getSession();
  const { userId, bindings } = await findUser(client, login);
  const where = `${tenantId}/${everyWorkspace ? '*' : workspaceId}`;
  if (verb === 'grant') {
    const user = await client.osp.createBinding({
      params: { userId },
      body: { role, ...(everyWorkspace ? {} : { workspaceId }) },
    });
    return { exitCode: EXIT.OK, text: `${login} is ${role} in ${where}`, json: { ok: true, user } };
  }
  const binding = bindings.find(
    (one) =>
      one.role === role && one.tenantId === tenantId && one.workspaceId === (everyWorkspace ? null : workspaceId),
  );
  if (binding === undefined) throw new CommandError(EXIT.FAILED, 'NOT_FOUND', `${login} is not ${role} in ${where}`);
  await client.osp.deleteBinding({ params: { userId, bindingId: binding.bindingId } });
  return { exitCode: EXIT.OK, text: `${login} is no longer ${role} in ${where}`, json: { ok: true, userId } };
}

/** @throws CommandError when nobody here has that login name */
async function findUser(client: ApiClient, login: string): Promise<User> {
  const items = await allPages((page) => client.osp.listUsers({ query: { ...page, keyword: login } }));
  const found = items.find(({ loginName }) => loginName === login);
  if (found === undefined)
    throw new CommandError(EXIT.FAILED, 'NOT_FOUND', `there is no user ${login} here: weft user list`);
  return found;
}

async function listRoles(client: ApiClient): Promise<Outcome> {
  const items = await allPages((page) => client.osp.listRoles({ query: page }));
  const rows = items.map((item) => [item.name, item.description, item.permissions.join(' ')]);
  return {
    exitCode: EXIT.OK,
    text: formatTable(['role', 'may', 'permission points'], rows, 'there are none'),
    json: { ok: true, items },
  };
}
