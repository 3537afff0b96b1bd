import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import net from 'node:net';
import { MeshError } from '@weft/kit';

/** The part of Node's `net.BoundSocket` that is used; older type packages do not know it. */
interface BoundSocket {
  address(): { readonly address: string; readonly port: number };
  fd(): number;
  close(): void;
}
type BoundSocketConstructor = new (options: { host: string; port: number } | { path: string }) => BoundSocket;

const Bound = (net as unknown as { BoundSocket?: BoundSocketConstructor }).BoundSocket;

/** A listening address that main owns: bound once, accepted on by duplicates in the data threads. */
export interface ListenSocket {
  readonly host: string;
  /** The real port, also when 0 was asked for. */
  readonly port: number;
  readonly fd: number;
  close(): void;
}

/**
 * Binds an address.
 * @throws MeshError address_in_use (with the holder where the kernel tells it), address_denied, address_unavailable
 */
export function bindAddress(host: string, port: number, listener: string): ListenSocket {
  if (Bound === undefined)
    throw new MeshError('internal', 'this Node has no net.BoundSocket; run through the Node that the project brings');
  try {
    const socket = new Bound({ host, port });
    return { host, port: socket.address().port, fd: socket.fd(), close: () => socket.close() };
  } catch (error) {
    throw explainBind(error, host, port, listener);
  }
}

/**
 * Binds the path of a Unix socket. A socket file that nobody serves any more is replaced; one that is served is not.
 * @throws MeshError address_in_use, address_denied or address_unavailable
 */
export async function bindPath(path: string, listener: string): Promise<ListenSocket> {
  if (Bound === undefined)
    throw new MeshError('internal', 'this Node has no net.BoundSocket; run through the Node that the project brings');
  if (await isServed(path))
    throw new MeshError('address_in_use', `listener ${listener}: ${path} is served by another process`);
  rmSync(path, { force: true });
  try {
    const socket = new Bound({ path });
    return {
      host: path,
      port: 0,
      fd: socket.fd(),
      close() {
        socket.close();
        rmSync(path, { force: true });
      },
    };
  } catch (error) {
    throw new MeshError(
      'address_unavailable',
      `listener ${listener}: ${path}: ${(error as Error).message}; the folder must exist and be writable`,
      { cause: error },
    );
  }
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function explainBind(error: unknown, host: string, port: number, listener: string): MeshError {
  const { code } = error as NodeJS.ErrnoException;
  const where = `listener ${listener}: ${host}:${port}`;
  if (code === 'EADDRINUSE') {
    const holder = holderOf(port);
    return new MeshError(
      'address_in_use',
      `${where} is already in use${holder === null ? '' : ` by ${holder}`}; stop that process or choose another port`,
      { cause: error },
    );
  }
  if (code === 'EACCES') {
    return new MeshError(
      'address_denied',
      `${where}: ports below 1024 need a privilege; use a higher port or grant CAP_NET_BIND_SERVICE (see docs/guides/install.md)`,
      { cause: error },
    );
  }
  if (code === 'EADDRNOTAVAIL') {
    return new MeshError(
      'address_unavailable',
      `${where}: this machine has no such address; \`ip addr\` lists the ones it has`,
      { cause: error },
    );
  }
  return new MeshError('address_unavailable', `${where}: ${(error as Error).message}`, { cause: error });
}

/** `name (pid n)` of the process that listens on a TCP port, as far as this user may see it. */
function holderOf(port: number): string | null {
  const inodes = new Set<string>();
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readLines(file).slice(1)) {
      const fields = line.trim().split(/\s+/);
      const [, local = '', , state] = fields;
      if (state === '0A' && Number.parseInt(local.split(':')[1] ?? '', 16) === port)
        inodes.add(`socket:[${fields[9]}]`);
    }
  }
  if (inodes.size === 0) return null;
  for (const pid of list('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const fd of list(`/proc/${pid}/fd`)) {
      if (!inodes.has(link(`/proc/${pid}/fd/${fd}`))) continue;
      return `${readLines(`/proc/${pid}/comm`)[0] ?? 'a process'} (pid ${pid})`;
    }
  }
  return 'a process of another user';
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n');
  } catch {
    // No /proc, or a process that ended meanwhile: then there is nothing to tell.
    return [];
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    // Belongs to another user, or ended meanwhile.
    return [];
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Closed meanwhile.
    return '';
  }
}
