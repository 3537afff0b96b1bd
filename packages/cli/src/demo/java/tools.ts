import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { EXIT } from '@weft/kit';
import { CommandError } from '../../outcome.ts';

export const LOWEST_JAVA = 17;
const VERSION_TIMEOUT_MS = 20_000;

const INSTALL = `  Debian, Ubuntu   apt-get install openjdk-17-jdk-headless maven
  Fedora           dnf install java-17-openjdk-devel maven
  macOS            brew install openjdk@17 maven`;

/** Of the JDK that JAVA_HOME names, else of the path; null where there is none. */
export function findTool(name: string): string | null {
  const home = process.env['JAVA_HOME'] ?? '';
  const folders = [
    ...(home === '' ? [] : [path.join(home, 'bin')]),
    ...(process.env['PATH'] ?? '').split(path.delimiter),
  ];
  for (const folder of folders) {
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // The next folder may have it.
    }
  }
  return null;
}

/** The number behind `version "`: 17 of `17.0.15`, 8 of `1.8.0_402`; null where there is none. */
export function majorOf(text: string): number | null {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  if (first === undefined) return null;
  return Number(first === '1' ? (second ?? first) : first);
}

/** @throws CommandError that says what is missing and how to install it */
export async function requireJava(): Promise<void> {
  const missing = (['java', 'javac', 'mvn'] as const).filter((name) => findTool(name) === null);
  const found = missing.includes('java') ? null : await versionOf(findTool('java') as string);
  const old = found !== null && found < LOWEST_JAVA;
  if (missing.length === 0 && found !== null && !old) return;
  const what = [
    missing.length === 0 ? '' : `not found: ${missing.join(', ')}`,
    old ? `java is ${found}` : '',
    found === null && !missing.includes('java') ? 'java does not say its version' : '',
  ].filter((part) => part !== '');
  throw new CommandError(
    EXIT.FAILED,
    'java_missing',
    `--java needs a JDK, ${LOWEST_JAVA} or later, and Maven; ${what.join('; ')}\n${INSTALL}\nWithout --java the demo needs neither.`,
  );
}

function versionOf(java: string): Promise<number | null> {
  return new Promise((resolve) => {
    execFile(java, ['-version'], { timeout: VERSION_TIMEOUT_MS }, (_error, stdout, stderr) => {
      resolve(majorOf(`${stdout}${stderr}`));
    });
  });
}
