import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { javaArguments } from './machine.ts';
import { findTool, majorOf, requireJava } from './tools.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-java-'));
  vi.stubEnv('JAVA_HOME', '');
  vi.stubEnv('PATH', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function install(name: string, says = '', inside = folder): void {
  mkdirSync(inside, { recursive: true });
  const file = path.join(inside, name);
  writeFileSync(file, `#!/bin/sh\necho '${says}' >&2\n`);
  chmodSync(file, 0o755);
}

describe('the tools of the JVM', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_402"', 8],
    ['openjdk version "25" 2025-09-16', 25],
    ['something else', null],
  ])('%s', (text, major) => {
    expect(majorOf(text)).toBe(major);
  });

  it('says which are missing, and how they come', async () => {
    install('java', 'openjdk version "17.0.1"');
    await expect(requireJava()).rejects.toThrow(
      /not found: javac, mvn\n.*apt-get install openjdk-17-jdk-headless maven/s,
    );
  });

  it('says that a JDK is too old', async () => {
    for (const name of ['javac', 'mvn']) install(name);
    install('java', 'openjdk version "11.0.2"');
    await expect(requireJava()).rejects.toThrow('java is 11');
  });

  it('takes what is there, that of JAVA_HOME first', async () => {
    for (const name of ['javac', 'mvn']) install(name);
    install('java', 'openjdk version "11.0.2"');
    const home = path.join(folder, 'jdk');
    install('java', 'openjdk version "21.0.2"', path.join(home, 'bin'));
    vi.stubEnv('JAVA_HOME', home);
    await expect(requireJava()).resolves.toBeUndefined();
    expect(findTool('java')).toBe(path.join(home, 'bin', 'java'));
  });

  it('tells a JVM where to ask over HTTP only where it asks', () => {
    expect(javaArguments('a.Main', 'x:y', null).args.join(' ')).not.toContain('proxyHost');
    expect(javaArguments('a.Main', 'x:y', 10_088).args).toEqual(
      expect.arrayContaining(['-Dhttp.proxyPort=10088', '-cp', 'x:y', 'a.Main']),
    );
  });
});
