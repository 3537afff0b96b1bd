import { readFileSync } from 'node:fs';

export interface PackageVersion {
  readonly version: string;
  /** Commit that the package was made from; '' in a clone. */
  readonly revision: string;
  /** When the package was made, ISO 8601; '' in a clone. */
  readonly built: string;
}

/** Reads what a package says of itself from a `package.json`. */
export function readVersion(packageFile: URL): PackageVersion {
  const {
    version,
    gitHead = '',
    built = '',
  } = JSON.parse(readFileSync(packageFile, 'utf8')) as {
    version: string;
    gitHead?: string;
    built?: string;
  };
  return { version, revision: gitHead, built };
}
