import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Logger, noopLogger } from '@weft/kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSnapshotStore, type SnapshotEntry } from './index.ts';

const KIND = 'type.googleapis.com/mesh.weft.io.v1.DynamicValue';
const entry = (name: string, version: number): SnapshotEntry => ({
  kind: KIND,
  name,
  version,
  body: Buffer.from(`${name} ${version}`),
  savedAtMs: 1_700_000_000_000,
});

describe('snapshot store', () => {
  let directory: string;
  let warnings: string[];
  let log: Logger;
  beforeEach(() => {
    directory = path.join(mkdtempSync(path.join(tmpdir(), 'weft-snapshot-')), 'deep');
    warnings = [];
    log = { ...noopLogger, warn: (_fields, message) => warnings.push(message) };
  });
  afterEach(() => rmSync(path.dirname(directory), { recursive: true, force: true }));
  const store = (secret?: string) =>
    createSnapshotStore({ directory, log, ...(secret === undefined ? {} : { secret }) });
  const versions = (secret?: string) => {
    const { generation, entries } = store(secret).load();
    return [generation, ...entries.map(({ name, version, body }) => `${name}:${version}:${Buffer.from(body)}`)];
  };

  test('gives back what was saved, keeps three generations, readable by its owner alone', async () => {
    expect(versions()).toEqual([0]);
    const one = store('key');
    for (let version = 1; version <= 5; version++) {
      await one.save([entry('a', version), { ...entry('ü=\n', version), kind: 'osp' }, entry('b', version)]);
    }
    expect(versions('key')[0]).toBe(5);
    expect(versions('key').slice(1).sort()).toEqual(['a:5:a 5', 'b:5:b 5', 'ü=\n:5:ü=\n 5']);
    expect(readdirSync(directory).sort()).toEqual(['generation-3', 'generation-4', 'generation-5']);
    for (const file of readdirSync(path.join(directory, 'generation-5'))) {
      expect(statSync(path.join(directory, 'generation-5', file)).mode & 0o077).toBe(0);
    }
    expect(warnings).toEqual([]);
  });

  test('any flipped or missing byte of the newest generation leads to the one before, with the reason', async () => {
    const one = store('key');
    await one.save([entry('a', 1), entry('b', 1)]);
    await one.save([entry('a', 2), entry('b', 2)]);
    const folder = path.join(directory, 'generation-2');
    let cases = 0;
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      const whole = readFileSync(file);
      for (let at = 0; at < whole.length; at++) {
        const damaged = Buffer.from(whole);
        damaged[at] = (damaged[at] as number) ^ (1 << (at % 8));
        writeFileSync(file, damaged);
        expect(versions('key')[0], `${name} byte ${at}`).toBe(1);
        cases++;
      }
      for (const length of [0, 1, whole.length >> 1, whole.length - 1]) {
        writeFileSync(file, whole);
        truncateSync(file, length);
        expect(versions('key')[0], `${name} cut to ${length}`).toBe(1);
      }
      writeFileSync(file, Buffer.concat([whole, Buffer.from('x')]));
      expect(versions('key')[0], `${name} with more at its end`).toBe(1);
      writeFileSync(file, whole);
    }
    expect(cases).toBeGreaterThan(500);
    expect(warnings.every((line) => /^\[snapshot\] generation=2 rejected reason=./.test(line))).toBe(true);
    expect(versions('key')[0]).toBe(2);
    expect(versions('another key')[0]).toBe(0);
    expect(versions()[0]).toBe(0);
  });

  test('a write that fails leaves the generations before as they are', async () => {
    const one = store();
    await one.save([entry('a', 1)]);
    mkdirSync(path.join(directory, 'generation-2', 'in the way'), { recursive: true });
    await expect(one.save([entry('a', 2)])).rejects.toThrow(/ENOTEMPTY|EEXIST/);
    expect(versions()).toEqual([1, 'a:1:a 1']);
    rmSync(path.join(directory, 'generation-2'), { recursive: true });
    expect(versions()).toEqual([1, 'a:1:a 1']);
    expect(existsSync(path.join(directory, 'generation-2.tmp'))).toBe(false);
    await one.save([entry('a', 3)]);
    expect(versions()).toEqual([2, 'a:3:a 3']);
  });
});
