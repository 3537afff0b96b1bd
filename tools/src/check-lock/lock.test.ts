import { expect, test } from 'vitest';
import { completeLock, driftedManifests, type LockFile, missingPlatforms } from './lock.ts';

function lock(): LockFile {
  return {
    packages: {
      '': { devDependencies: { tool: '1.0.0' } },
      'node_modules/tool': {
        version: '1.0.0',
        dev: true,
        optionalDependencies: { '@t/x-linux-x64-gnu': '1.0.0', '@t/x-darwin-arm64': '1.0.0', fsevents: '^2.0.0' },
      },
      'node_modules/@t/x-linux-x64-gnu': { version: '1.0.0', optional: true },
      'node_modules/user/node_modules/tool': {
        version: '2.0.0',
        optionalDependencies: { '@t/x-linux-x64-gnu': '2.0.0', '@t/x-linux-arm64-musl': '2.0.0' },
      },
    },
  };
}

test('finds the platforms that are not listed, also where two versions of a package exist', () => {
  expect(missingPlatforms(lock()).map(({ key, version }) => `${key}@${version}`)).toEqual([
    'node_modules/@t/x-darwin-arm64@1.0.0',
    'node_modules/user/node_modules/@t/x-linux-x64-gnu@2.0.0',
    'node_modules/user/node_modules/@t/x-linux-arm64-musl@2.0.0',
  ]);
});

test('completes a lock so that nothing is missing, each with its platform', () => {
  const incomplete = lock();
  completeLock(incomplete);
  expect(missingPlatforms(incomplete)).toEqual([]);
  const { packages } = incomplete;
  expect(packages['node_modules/@t/x-darwin-arm64']).toEqual({
    version: '1.0.0',
    os: ['darwin'],
    cpu: ['arm64'],
    dev: true,
    optional: true,
  });
  expect(packages['node_modules/user/node_modules/@t/x-linux-arm64-musl']?.libc).toEqual(['musl']);
  expect(Object.keys(packages)).toEqual(Object.keys(packages).toSorted());
});

test('finds a manifest that declares something else than the lock', () => {
  const same = { devDependencies: { tool: '1.0.0' } };
  expect(driftedManifests(lock(), new Map([['', same]]))).toEqual([]);
  const other = { dependencies: { late: '1' }, devDependencies: { tool: '1.0.1' } };
  expect(driftedManifests(lock(), new Map([['', other]]))).toEqual([
    './package.json: dependencies',
    './package.json: devDependencies',
  ]);
  expect(driftedManifests(lock(), new Map([['packages/new', { dependencies: { a: '1' } }]]))).toHaveLength(1);
});
