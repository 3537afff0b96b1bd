import type { ExtensionKind as AnyExtensionKind } from '@weft/sdk';

/** Rule types are few and each needs a schema and documents of its own: there is no template for them. */
export type ExtensionKind = Exclude<AnyExtensionKind, 'governance-rule'>;

export interface KindPlace {
  /** npm name of the package. */
  readonly packageName: string;
  /** Where folders of this kind live, relative to the root. */
  readonly parent: string;
  /** The same place behind the package name, with a `/` at the end when it is not ''. */
  readonly subpath: string;
  /** The name in configurations that a new extension gets. */
  readonly configName: (kebab: string) => string;
}

/** Where an extension of each kind lives. */
export const KINDS: Readonly<Record<ExtensionKind, KindPlace>> = {
  protocol: {
    packageName: '@weft/protocols',
    parent: 'packages/protocols/src',
    subpath: '',
    configName: pascalCase,
  },
  transcoder: {
    packageName: '@weft/transcoders',
    parent: 'packages/transcoders/src',
    subpath: '',
    configName: snakeCase,
  },
  'stream-filter': {
    packageName: '@weft/filters',
    parent: 'packages/filters/src/stream',
    subpath: 'stream/',
    configName: snakeCase,
  },
  'network-filter': {
    packageName: '@weft/filters',
    parent: 'packages/filters/src/network',
    subpath: 'network/',
    configName: snakeCase,
  },
  'load-balancer': {
    packageName: '@weft/load-balancers',
    parent: 'packages/load-balancers/src',
    subpath: '',
    configName: (kebab) => `LB_${snakeCase(kebab).toUpperCase()}`,
  },
  'health-checker': {
    packageName: '@weft/health-checkers',
    parent: 'packages/health-checkers/src',
    subpath: '',
    configName: pascalCase,
  },
};

export function isKind(text: string): text is ExtensionKind {
  return Object.hasOwn(KINDS, text);
}

export function pascalCase(kebab: string): string {
  return kebab.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

export function camelCase(kebab: string): string {
  const pascal = pascalCase(kebab);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}

function snakeCase(kebab: string): string {
  return kebab.replaceAll('-', '_');
}
