/** Where a request may go, as a proxy says it. */
export interface HostChoices {
  /** Every host of the route. */
  readonly hosts: readonly string[];
  /** What rules leave of them, and for what part of such requests; none where they leave all. */
  readonly choices: readonly { readonly group: string; readonly percent: number; readonly hosts: readonly string[] }[];
}

/** Hosts that are named of a list. */
const HOSTS_NAMED = 5;

/** The hosts that a request may go to, as `10 % version=v3: 10.0.0.1:80; 90 % version=v1: 10.0.0.2:80`. */
export function chosenHosts({ hosts, choices }: HostChoices): string {
  if (choices.length === 0) return namesOf(hosts);
  const isOne = choices.length === 1 && choices[0]?.percent === 100;
  return choices
    .map((choice) => {
      const share = isOne ? '' : `${choice.percent} % `;
      const group = choice.group === '' || choice.group === '*' ? '' : `${choice.group}: `;
      return `${share}${group}${namesOf(choice.hosts)}`;
    })
    .join('; ');
}

const namesOf = (hosts: readonly string[]): string =>
  `${hosts.slice(0, HOSTS_NAMED).join(', ')}${hosts.length > HOSTS_NAMED ? ', …' : ''}`;
