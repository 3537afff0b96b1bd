import type { HostProgram } from './program.ts';

/** Hosts by what they are labelled with; the address of a host is its label `ip`. */
export class LabelIndex {
  readonly #hosts: readonly HostProgram[];
  readonly #byLabel = new Map<string, Map<string, number[]>>();

  constructor(hosts: readonly HostProgram[]) {
    this.#hosts = hosts;
    for (const [index, host] of hosts.entries()) {
      this.#add('ip', host.host, index);
      if (host.labels === null) continue;
      for (const name in host.labels) if (name !== 'ip') this.#add(name, host.labels[name] as string, index);
    }
  }

  /** Indices of the hosts that have all of these labels, ascending. */
  find(labels: readonly (readonly [name: string, value: string])[]): number[] {
    let shortest: readonly number[] | null = null;
    for (const [name, value] of labels) {
      const list = this.#byLabel.get(name)?.get(value);
      if (list === undefined) return [];
      if (shortest === null || list.length < shortest.length) shortest = list;
    }
    if (shortest === null) return this.#hosts.map((_, index) => index);
    if (labels.length === 1) return [...shortest];
    return shortest.filter((index) => {
      const host = this.#hosts[index] as HostProgram;
      return labels.every(([name, value]) => (name === 'ip' ? host.host : host.labels?.[name]) === value);
    });
  }

  #add(name: string, value: string, index: number): void {
    let values = this.#byLabel.get(name);
    if (values === undefined) {
      values = new Map();
      this.#byLabel.set(name, values);
    }
    const list = values.get(value);
    if (list === undefined) values.set(value, [index]);
    else list.push(index);
  }
}
