import { readFileSync } from 'node:fs';

export interface PackageVersion {
  readonly version: string;
  /** Commit that the package was made from; '' in a clone. */
  readonly revision: string;
}

/** Reads version and revision from a `package.json`. */
export function readVersion(packageFile: URL): PackageVersion {
  const { version, gitHead = '' } = JSON.parse(readFileSync(packageFile, 'utf8')) as {
    version: string;
    gitHead?: string;
  };
  return { version, revision: gitHead };
}
