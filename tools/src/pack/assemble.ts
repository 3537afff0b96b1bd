import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { listWorkspaces, readManifest, type Workspace } from '../common/files.ts';
import { bundledManifest, packageManifest } from './manifests.ts';
import { reachFrom } from './reach.ts';

/** The folder whose command and name the package has. */
const APP = 'apps/cli';
/** Where a command begins. */
const ENTRIES = ['apps/cli/bin/weft.js', 'apps/cli/dist/main.js'];
/** Where a proxy and its data threads begin: what they are bundled from, and the bundle, which is what is published. */
const BUNDLED_ENTRIES = ['apps/proxy/dist/main.js', 'apps/proxy/dist/data-thread.js'];
const BUNDLE = 'apps/proxy/bundle';
/** What a user needs beside the code, as it stands in the repository. */
const EXTRAS = [
  'LICENSE',
  'CHANGELOG.md',
  'docs/guides',
  'docs/reference',
  'demo/convert-protocols.yaml',
  'demo/dubbo-to-triple.json',
  'demo/first.yaml',
  'demo/in-front-of-my-port.yaml',
  'deploy/systemd',
];

const README = `# Weft

The proxy of the Weft service mesh: HTTP/1.1, HTTP/2, gRPC, Bolt and TCP by a configuration file in MOSN's schema.

    weft proxy init                        writes weft.yaml
    weft proxy start -c weft.yaml
    weft --help

Guides are in docs/guides, every key of the configuration is in docs/reference, samples are in demo, a unit for systemd is in
deploy/systemd. Weft runs on the Node 24 that it brings; where install scripts are blocked see docs/guides/install.md.
`;

export interface Assembled {
  readonly folder: string;
  readonly files: number;
  readonly bundled: readonly string[];
  readonly thirdParty: Readonly<Record<string, string>>;
}

/** Puts what is published into `folder`, which is emptied first. The built files must be there. */
export function assemble(root: string, folder: string, gitHead: string): Assembled {
  const workspaces = listWorkspaces(root);
  const app = workspaces.find((workspace) => workspace.folder === APP) as Workspace;
  const files = [...reachFrom(root, ENTRIES, workspaces).files, ...bundleFiles(root)];
  const bundled = workspaces.filter((workspace) => workspace !== app && files.some((file) => isIn(file, workspace)));
  const reach = reachFrom(root, [...ENTRIES, ...BUNDLED_ENTRIES], workspaces);
  const thirdParty = exactVersions(root, [...reach.thirdParty, 'node']);

  rmSync(folder, { recursive: true, force: true });
  for (const file of files) {
    const owner = bundled.find((workspace) => isIn(file, workspace));
    const target =
      owner === undefined ? file.slice(APP.length + 1) : `node_modules/${owner.name}${file.slice(owner.folder.length)}`;
    copy(join(root, file), join(folder, target));
  }
  for (const workspace of bundled)
    writeJson(join(folder, 'node_modules', workspace.name, 'package.json'), bundledManifest(workspace, gitHead));
  for (const extra of EXTRAS)
    if (existsSync(join(root, extra))) cpSync(join(root, extra), join(folder, extra), { recursive: true });
  writeFileSync(join(folder, 'README.md'), README);
  writeJson(
    join(folder, 'package.json'),
    packageManifest({ app, bundled, thirdParty, gitHead, built: new Date().toISOString() }),
  );
  chmodSync(join(folder, 'bin/weft.js'), 0o755);
  return { folder, files: files.length, bundled: bundled.map((workspace) => workspace.name), thirdParty };
}

/** @throws Error when the proxy is not bundled */
function bundleFiles(root: string): string[] {
  if (!existsSync(join(root, BUNDLE, 'main.js')))
    throw new Error(`${BUNDLE} is not there; npm run build:proxy makes it`);
  return readdirSync(join(root, BUNDLE)).map((name) => `${BUNDLE}/${name}`);
}

function isIn(file: string, workspace: Workspace): boolean {
  return file.startsWith(`${workspace.folder}/`);
}

/** A source map would name sources that are not shipped. */
function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  if (!to.endsWith('.js')) {
    // A folder is what a part of Weft serves or reads as a whole, such as the pages of the console.
    cpSync(from, to, { recursive: true });
    return;
  }
  const text = readFileSync(from, 'utf8').replace(/\n\/\/# sourceMappingURL=\S+\s*$/, '\n');
  writeFileSync(to, text, { mode: statSync(from).mode });
}

/** Versions of the lock: what was tested is what is installed. */
function exactVersions(root: string, names: readonly string[]): Record<string, string> {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string }>;
  };
  const versions: Record<string, string> = {};
  for (const name of names) {
    const version = lock.packages[`node_modules/${name}`]?.version ?? readManifest(root, '.').devDependencies?.[name];
    if (version === undefined) throw new Error(`package-lock.json has no ${name}`);
    versions[name] = version;
  }
  return versions;
}

function writeJson(file: string, value: object): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
