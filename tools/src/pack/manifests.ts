import type { PackageManifest, Workspace } from '../common/files.ts';

interface ShippedManifest extends PackageManifest {
  readonly version?: string;
  readonly description?: string;
  readonly license?: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly engines?: Readonly<Record<string, string>>;
}

/** The manifest of a bundled workspace package: only what resolving needs, and only built files. */
export function bundledManifest(workspace: Workspace, gitHead: string): object {
  const { name, version, description, license, exports } = workspace.manifest as ShippedManifest;
  const built = Object.entries(exports ?? {}).map(([key, value]) => [key, (value as { default: string }).default]);
  return { name, version, description, license, type: 'module', gitHead, exports: Object.fromEntries(built) };
}

export interface PackageParts {
  /** The workspace whose command is the package. */
  readonly app: Workspace;
  readonly bundled: readonly Workspace[];
  /** Exact versions by name. */
  readonly thirdParty: Readonly<Record<string, string>>;
  /** Commit that it was made from, '' outside a repository; `weft --version` and the admin API show it. */
  readonly gitHead: string;
  /** When, ISO 8601. */
  readonly built: string;
}

/** The manifest of the package that is published. Bundled packages are listed as dependencies, as npm wants it. */
export function packageManifest({ app, bundled, thirdParty, gitHead, built }: PackageParts): object {
  const { name, version, description, license, bin } = app.manifest as ShippedManifest;
  const own = bundled.map((workspace) => [workspace.name, (workspace.manifest as ShippedManifest).version] as const);
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    gitHead,
    built,
    keywords: ['service-mesh', 'proxy', 'sidecar', 'http2', 'grpc', 'bolt', 'sofa', 'mosn'],
    bin,
    engines: { node: '>=20' },
    dependencies: Object.fromEntries([...own, ...Object.entries(thirdParty)].sort(([a], [b]) => (a < b ? -1 : 1))),
    bundleDependencies: bundled.map((workspace) => workspace.name),
  };
}
