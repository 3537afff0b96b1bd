import type { RouterConfig } from '@weft/schema';
import type { ExtensionCatalog } from './catalog.ts';
import type { ListenerSpec } from './compile-listener.ts';
import { type CompileNotes, configError } from './extension-config.ts';

/** A route to a protocol that none of its callers' can be turned into would answer every request with 502. */
export async function checkFamilies(
  routers: readonly RouterConfig[],
  listeners: readonly ListenerSpec[],
  catalog: ExtensionCatalog,
  notes: CompileNotes,
): Promise<void> {
  for (const [index, router] of routers.entries()) {
    const users = listeners.filter((listener) => listener.routerName === router.router_config_name);
    const protocols = users.flatMap((listener) => listener.protocols.map((use) => catalog.get('protocol', use.name)));
    if (protocols.length === 0) continue;
    const families = new Set(protocols.map((protocol) => protocol.family));
    // What a transcoder makes of them may go there as well.
    for (const use of users.flatMap((listener) => listener.filters.flatMap(({ transcoders }) => transcoders.flat())))
      families.add((await catalog.load('transcoder', use.name)).to);
    for (const [host, { routers: routes }] of router.virtual_hosts.entries()) {
      for (const [at, { route }] of routes.entries()) {
        const name = route?.upstream_protocol ?? '';
        if (name === '' || name.toLowerCase() === 'auto' || !catalog.has('protocol', name)) continue;
        if (families.has((await catalog.load('protocol', name)).family)) continue;
        notes.fail(
          configError(
            `servers[0].routers[${index}].virtual_hosts[${host}].routers[${at}].route.upstream_protocol`,
            name,
            `a protocol that ${[...new Set(protocols.map((protocol) => protocol.name))].join(', ')} can be turned into`,
            'there is no conversion from the protocols of the listeners to this one',
          ),
        );
      }
    }
  }
}
