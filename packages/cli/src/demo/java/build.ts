import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JavaProgram } from '../contract.ts';
import type { PartCommand } from '../part.ts';
import { findTool } from './tools.ts';

const LOOK_MS = 400;

export interface JavaBuild {
  /** Name of the application. */
  readonly app: string;
  readonly java: JavaProgram;
  /** Folder for what the tools print. */
  readonly directory: string;
  /** Runs a tool to its end. @throws Error when it fails */
  readonly run: (command: PartCommand) => Promise<void>;
  /** Told while libraries are fetched, in words. */
  readonly note: (text: string) => void;
}

export interface JavaBuilt {
  readonly classPath: string;
  readonly libraries: number;
  /** Nothing had to be done. */
  readonly wasThere: boolean;
}

/** Fetches the libraries of an application and compiles it. What did not change since the last time is taken from there. */
export async function buildJava({ app, java, directory, run, note }: JavaBuild): Promise<JavaBuilt> {
  const pom = fileURLToPath(java.pom);
  const cache = fileURLToPath(java.cache);
  const sources = java.sources.flatMap((folder) => javaFiles(fileURLToPath(folder)));
  const outputFile = path.join(directory, `${app}-build.out`);
  const before = { directory, environment: {}, outputFile };
  const libraries = await cached(path.join(cache, `demo-${app}-libraries`), [pom], async (target) => {
    const looking = setInterval(() => note(downloads(outputFile)), LOOK_MS);
    try {
      await run({
        ...before,
        name: `Maven for ${app}`,
        program: findTool('mvn') ?? 'mvn',
        args: [
          '-B',
          '-f',
          pom,
          'dependency:copy-dependencies',
          `-DoutputDirectory=${target}`,
          '-DincludeScope=runtime',
        ],
      });
    } finally {
      clearInterval(looking);
    }
  });
  note('compiling');
  const classes = await cached(path.join(cache, `demo-${app}-classes`), [pom, ...sources], (target) =>
    run({
      ...before,
      name: `the compiler for ${app}`,
      program: findTool('javac') ?? 'javac',
      args: ['-nowarn', '-parameters', '-cp', path.join(libraries.folder, '*'), '-d', target, ...sources],
    }),
  );
  return {
    classPath: [classes.folder, path.join(libraries.folder, '*')].join(path.delimiter),
    libraries: readdirSync(libraries.folder).length,
    wasThere: libraries.wasThere && classes.wasThere,
  };
}

function javaFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.java'))
    .sort()
    .map((name) => path.join(folder, name));
}

function downloads(outputFile: string): string {
  try {
    const count = readFileSync(outputFile, 'utf8').split('Downloaded from').length - 1;
    return count === 0 ? 'asking Maven' : `${count} files from Maven`;
  } catch {
    // It has not said anything.
    return 'asking Maven';
  }
}

/** A folder that `fill` made of `sources`; filled anew only when one of them changed. */
async function cached(
  name: string,
  sources: readonly string[],
  fill: (folder: string) => Promise<void>,
): Promise<{ readonly folder: string; readonly wasThere: boolean }> {
  const hash = createHash('sha256');
  for (const file of sources) hash.update(readFileSync(file));
  const folder = `${name}-${hash.digest('hex').slice(0, 12)}`;
  if (existsSync(folder)) return { folder, wasThere: true };
  const work = `${folder}.${process.pid}`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    await fill(work);
    renameSync(work, folder);
  } catch (error) {
    rmSync(work, { recursive: true, force: true });
    // Somebody else may have been first.
    if (!existsSync(folder)) throw error;
  }
  return { folder, wasThere: false };
}
