import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { MeshError } from '@weft/kit';
import { formatAddress } from '../update/index.ts';

type BindSocket = new (options: net.BoundSocketOptions | { readonly path: string }) => net.BoundSocket;

/** Absent before Node 24.19; that it takes paths is not in its types. */
const Bound = net.BoundSocket as BindSocket | undefined;

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
export async function bindPath(file: string, listener: string): Promise<ListenSocket> {
  if (Bound === undefined)
    throw new MeshError('internal', 'this Node has no net.BoundSocket; run through the Node that the project brings');
  if (await isServed(file))
    throw new MeshError('address_in_use', `listener ${listener}: ${file} is served by another process`);
  rmSync(file, { force: true });
  try {
    const socket = new Bound({ path: file });
    return {
      host: file,
      port: 0,
      fd: socket.fd(),
      close() {
        socket.close();
        rmSync(file, { force: true });
      },
    };
  } catch (error) {
    throw new MeshError(
      'address_unavailable',
      `listener ${listener}: ${file}: ${(error as Error).message}; the folder must exist and be writable`,
      { cause: error },
    );
  }
}

function isServed(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(file);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function explainBind(error: unknown, host: string, port: number, listener: string): MeshError {
  const { code } = error as NodeJS.ErrnoException;
  const where = `listener ${listener}: ${formatAddress(host, port)}`;
  if (code === 'EADDRINUSE') {
    const holder = portHolder(port);
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

/** `program (pid n)` of the process that listens on a TCP port, as far as this user may see it. */
export function portHolder(port: number): string | null {
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
      return `${programOf(pid)} (pid ${pid})`;
    }
  }
  return 'a process of another user';
}

/** Runtimes whose name says little: the script behind it does. */
const RUNTIME = /^(?:node(?:js)?|bun|deno|python[\d.]*|ruby|perl|php|java|dotnet|sh|bash)$/;

/**
 * The program of a command line: `nginx`, `node server.js`. Not the name of the main thread, which is `MainThread` for
 * every Node; and no other argument, for arguments hold secrets.
 */
function programOf(pid: string): string {
  const [program = '', ...rest] = (readLines(`/proc/${pid}/cmdline`)[0] ?? '').split('\0');
  // Some programs write a title over their command line, as one text.
  const name = path.basename(program.split(' ')[0] as string);
  if (name === '') return readLines(`/proc/${pid}/comm`)[0] ?? 'a process';
  if (!RUNTIME.test(name)) return name;
  const script = rest.find((argument) => argument !== '' && !argument.startsWith('-'));
  return script === undefined ? name : `${name} ${path.basename(script)}`;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n');
  } catch {
    // No /proc, or a process that ended meanwhile: then there is nothing to tell.
    return [];
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Belongs to another user, or ended meanwhile.
    return [];
  }
}

function link(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    // Closed meanwhile.
    return '';
  }
}
