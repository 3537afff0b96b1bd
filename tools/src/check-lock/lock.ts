/** The part of `package-lock.json` that is read here. */
export interface LockFile {
  packages: Record<string, LockEntry>;
}

export interface LockEntry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  dependencies?: Readonly<Record<string, string>>;
  devDependencies?: Readonly<Record<string, string>>;
  optionalDependencies?: Readonly<Record<string, string>>;
}

export interface MissingPlatform {
  /** Key that the entry should have, such as `node_modules/@biomejs/cli-darwin-arm64`. */
  readonly key: string;
  readonly version: string;
  /** Key of the package that asks for it. */
  readonly parent: string;
}

/**
 * Optional dependencies that the lock names and does not list.
 *
 * Packages with native parts depend on one package per platform. npm leaves out those that it could not look up while it
 * wrote the lock, as behind a registry that carries only some platforms, and `npm ci` then refuses the file anywhere.
 */
export function missingPlatforms(lock: LockFile): MissingPlatform[] {
  const missing: MissingPlatform[] = [];
  for (const [parent, { optionalDependencies = {} }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      // Only exact versions say which entry is missing; ranges are those of ordinary optional packages.
      if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version) || find(lock, parent, name)?.version === version) continue;
      missing.push({ key: `${levelOf(parent)}node_modules/${name}`, version, parent });
    }
  }
  return missing;
}

/** Adds what is missing, by what the names say about system and processor; versions are those that are asked for. */
export function completeLock(lock: LockFile): MissingPlatform[] {
  const missing = missingPlatforms(lock);
  for (const { key, version, parent } of missing) {
    const dev = lock.packages[parent]?.dev === true;
    lock.packages[key] = { version, ...platformOf(key), ...(dev ? { dev } : {}), optional: true };
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  return missing;
}

/** Dependencies that a manifest declares otherwise than the lock has them: what `npm ci` refuses. */
export function driftedManifests(
  lock: LockFile,
  manifests: ReadonlyMap<string, Pick<LockEntry, 'dependencies' | 'devDependencies'>>,
): string[] {
  const drifted: string[] = [];
  for (const [folder, manifest] of manifests) {
    const entry = lock.packages[folder];
    for (const field of ['dependencies', 'devDependencies'] as const) {
      if (sorted(manifest[field]) !== sorted(entry?.[field])) drifted.push(`${folder || '.'}/package.json: ${field}`);
    }
  }
  return drifted;
}

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm64', 'x64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'arm'];

function platformOf(key: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> {
  const parts = key.slice(key.lastIndexOf('/') + 1).split('-');
  const os = SYSTEMS.find((system) => parts.includes(system));
  const cpu = PROCESSORS.find((processor) => parts.includes(processor));
  const libc = parts.some((part) => part.startsWith('musl')) ? 'musl' : 'glibc';
  const hasLibc = os === 'linux' && parts.some((part) => /^(musl|gnu)/.test(part));
  return { ...(hasLibc ? { libc: [libc] } : {}), ...(cpu ? { cpu: [cpu] } : {}), ...(os ? { os: [os] } : {}) };
}

/** As Node looks for a module: beside the package, then further and further up. */
function find(lock: LockFile, from: string, name: string): LockEntry | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const entry = lock.packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`];
    if (entry !== undefined || at === '') return entry;
  }
}

/** `a/node_modules/b` is on the level `a/`; what it asks for can stand beside it. */
function levelOf(key: string): string {
  const at = key.lastIndexOf('node_modules/');
  return at === -1 ? '' : key.slice(0, at);
}

function sorted(dependencies: Readonly<Record<string, string>> = {}): string {
  return JSON.stringify(Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1)));
}
