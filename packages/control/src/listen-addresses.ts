import { createServer } from 'node:net';

export interface Address {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** Option of the command that sets an address, for messages. */
export type AddressOption = '--listen' | '--grpc' | '--drm-query';

export interface ListenOptions {
  readonly http?: Address;
  readonly grpc?: Address;
  readonly drmQuery?: Address | null;
  /** Components that are started; all when not given. */
  readonly components?: readonly string[];
  /** Process that holds a port, for the message when one is taken. */
  readonly portHolder?: (port: number) => Promise<string | null>;
}

/** An address that cannot be listened on, with what holds it and the option that chooses another. */
export class ListenFailure extends Error {
  override readonly name = 'ListenFailure';
}

export const urlHost = (host: string): string => (host.includes(':') ? `[${host}]` : host);

export const httpAddressOf = ({ http }: ListenOptions): Address => http ?? { host: '127.0.0.1', port: 8080 };
export const grpcAddressOf = ({ grpc }: ListenOptions): Address => grpc ?? { host: '127.0.0.1', port: 9880 };
/** Null: not asked for. */
export const drmQueryAddressOf = ({ drmQuery }: ListenOptions): Address | null =>
  drmQuery === null ? null : (drmQuery ?? { host: '127.0.0.1', port: 9881 });

/** Opens an address. @throws ListenFailure when that is not possible */
export async function listening<T>(
  component: string,
  option: AddressOption,
  { host, port }: Address,
  { portHolder }: ListenOptions,
  open: () => Promise<T>,
): Promise<T> {
  try {
    return await open();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!/EADDRINUSE|EACCES|EADDRNOTAVAIL|No address added/.test(message)) throw error;
    const holder = (await portHolder?.(port)) ?? null;
    const reason = /EACCES/.test(message)
      ? `is not permitted: ports below 1024 need privileges; choose another with ${option} HOST:PORT`
      : /EADDRNOTAVAIL/.test(message)
        ? `is no address of this machine; choose another with ${option} HOST:PORT`
        : `is already in use${holder === null ? '' : ` by ${holder}`}: stop that process, or choose another port with ${option} HOST:PORT`;
    throw new ListenFailure(`${component}: ${urlHost(host)}:${port} ${reason}`, { cause: error });
  }
}

/** Whether every address can be had, before anything is written. @throws ListenFailure for the first that cannot */
export async function checkAddresses(options: ListenOptions): Promise<void> {
  const has = (component: string): boolean => options.components?.includes(component) ?? true;
  const drmQuery = drmQueryAddressOf(options);
  const wanted: [string, AddressOption, Address][] = [
    ['gateway', '--listen', httpAddressOf(options)],
    ...(has('drm') || has('registry')
      ? [['drm', '--grpc', grpcAddressOf(options)] as [string, AddressOption, Address]]
      : []),
    ...(drmQuery === null || !has('drm') ? [] : [['drm', '--drm-query', drmQuery] as [string, AddressOption, Address]]),
  ];
  for (const [component, option, address] of wanted)
    if (address.port !== 0) await listening(component, option, address, options, () => tryAddress(address));
}

function tryAddress({ host, port }: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
}
