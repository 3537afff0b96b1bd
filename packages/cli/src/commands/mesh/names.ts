import type { ApiClient } from '@weft/api';

/** What a command line names of a mesh. */
export const NAME_KINDS = ['rules', 'services', 'proxies', 'apps'] as const;
export type NameKind = (typeof NAME_KINDS)[number];

/** Somebody waits with a finger on the key. */
const TIMEOUT_MS = 3000;
const MAX_NAMES = 1000;

/** Names at the control plane that `weft login` has kept; none when nobody is logged in, or it does not answer in time. */
export async function namesOf(kind: NameKind): Promise<readonly string[]> {
  const { connect } = await import('../../mesh-api/connection.ts');
  const timeout = new Promise<string[]>((resolve) => {
    setTimeout(resolve, TIMEOUT_MS, []).unref();
  });
  try {
    const { client } = await connect({});
    const names = await Promise.race([ask(client, kind), timeout]);
    // Blanks part words: what has one cannot be completed.
    return [...new Set(names)]
      .filter((name) => /^\S+$/.test(name))
      .sort()
      .slice(0, MAX_NAMES);
  } catch {
    return [];
  }
}

async function ask(client: ApiClient, kind: NameKind): Promise<string[]> {
  const { allPages } = await import('../../mesh-api/all-pages.ts');
  switch (kind) {
    case 'rules': {
      const { allRules } = await import('../rules/find-rule.ts');
      const { ruleTypes } = await import('../rules/rule-types.ts');
      const found = await allRules(await ruleTypes(client));
      return found.map(({ rule }) => rule.name);
    }
    case 'services':
      return (await allPages((page) => client.ms.listServices({ query: page }))).map(({ serviceId }) => serviceId);
    case 'proxies': {
      const { nameOf } = await import('./find-proxy.ts');
      return (await allPages((page) => client.ms.listSidecars({ query: page }))).map(nameOf);
    }
    default:
      return (await allPages((page) => client.ms.listSidecars({ query: page }))).map(({ app }) => app);
  }
}
