/** Every component of Weft, in the order of `weft run --list`, and where it is in this release. */
export const COMPONENTS = [
  { name: 'gateway', job: 'HTTP front door: console, interface, health', needs: ['osp'], here: true },
  { name: 'console', job: 'web pages', needs: ['gateway'], here: true },
  { name: 'meshserver', job: 'services, rules, topology, proxies', needs: ['osp', 'drm', 'registry'], here: true },
  { name: 'osp', job: 'users, permissions, tenants, access keys, audit', needs: [], here: true },
  { name: 'acvip', job: 'addresses of the control plane by virtual domain', needs: [], here: false },
  { name: 'drm', job: 'dynamic configuration with versions and push', needs: ['osp'], here: true },
  { name: 'pilot', job: 'xDS for Envoy and gRPC', needs: [], here: false },
  { name: 'registry', job: 'publish and subscribe of services with leases', needs: ['osp'], here: true },
  { name: 'citadel', job: 'certificates', needs: [], here: false },
  { name: 'operator', job: 'injection into Pods and virtual machines', needs: [], here: false },
  { name: 'inspector', job: 'comparison of proxies with what they should have', needs: [], here: false },
  { name: 'proxy', job: 'data plane: `weft proxy start`', needs: [], here: false },
  { name: 'citadel-agent', job: 'secrets of a node', needs: [], here: false },
  { name: 'sidecar-agent', job: 'supervision of proxies on virtual machines', needs: [], here: false },
] as const satisfies readonly { name: string; job: string; needs: readonly string[]; here: boolean }[];

export type ControlComponent = (typeof COMPONENTS)[number]['name'];

/** Components that `weft up` starts. */
export const EMBEDDED: readonly ControlComponent[] = COMPONENTS.filter((component) => component.here).map(
  (component) => component.name,
);

/** Names as somebody wrote them. @throws Error that says which name is wrong, not there yet, or needs another. */
export function selectComponents(names: readonly string[]): ControlComponent[] {
  const selected = new Set<ControlComponent>();
  for (const name of names) {
    const component = COMPONENTS.find((candidate) => candidate.name === name);
    if (component === undefined)
      throw new Error(
        `there is no component ${JSON.stringify(name)}: expected ${COMPONENTS.map((candidate) => candidate.name).join(', ')}`,
      );
    if (component.name === 'proxy') throw new Error('a proxy has a command of its own: weft proxy start -c FILE');
    if (!component.here) throw new Error(`${name} is not part of this release yet: there are ${EMBEDDED.join(', ')}`);
    selected.add(component.name);
  }
  for (const name of selected) {
    const missing = COMPONENTS.find((candidate) => candidate.name === name)?.needs.find(
      (need) => !selected.has(need as ControlComponent),
    );
    if (missing !== undefined)
      throw new Error(`${name} needs ${missing} in the same process in this release: add it to the list`);
  }
  return [...selected];
}
