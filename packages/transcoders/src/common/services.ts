import { ConfigError } from '@weft/kit';

/** A service as RPC frameworks name it; '' where there is none. */
export interface ServiceName {
  readonly interfaceName: string;
  readonly version: string;
  /** Group of Dubbo, unique id of SOFA. */
  readonly group: string;
}

const NAME = /^[\w$.]+(?::[\w.-]*(?::[\w.-]*)?)?$/;

/** `interface[:version][:group]`, the version empty where only the group is there: `com.x.A::blue`. Null when it is none. */
export function parseServiceName(text: string): ServiceName | null {
  if (!NAME.test(text)) return null;
  const [interfaceName = '', version = '', group = ''] = text.split(':');
  return { interfaceName, version, group };
}

export function serviceText({ interfaceName, version, group }: ServiceName): string {
  return `${interfaceName}${version === '' && group === '' ? '' : `:${version}`}${group === '' ? '' : `:${group}`}`;
}

/** Which services of the callers are which ones of the providers. */
export class ServiceTable {
  readonly #targets = new Map<string, ServiceName>();

  /**
   * @param services `interface[:version][:group]` of the callers, or the interface alone for all versions and groups, to that
   *   of the provider
   * @throws ConfigError for a name that is none
   */
  constructor(services: Readonly<Record<string, string>>) {
    for (const [from, to] of Object.entries(services)) {
      const target = parseServiceName(to);
      if (parseServiceName(from) === null || target === null)
        throw new ConfigError([
          {
            file: '',
            path: `services[${JSON.stringify(from)}]`,
            value: JSON.stringify(to),
            message: 'this is not the name of a service',
            expected: 'interface[:version][:group], such as "com.x.UserService:1.0"',
          },
        ]);
      this.#targets.set(from, target);
    }
  }

  /** What `service` is called at the provider: itself, where nothing is said. */
  target(service: ServiceName): ServiceName {
    return this.#targets.get(serviceText(service)) ?? this.#targets.get(service.interfaceName) ?? service;
  }
}
