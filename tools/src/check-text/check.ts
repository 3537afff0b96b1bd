import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TextProblem {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly found: string;
  readonly reason: string;
}

interface TextRule {
  readonly pattern: RegExp;
  readonly reason: string;
  /** Files the rule is about; absent = all. */
  readonly files?: RegExp;
  /** Matches that are something else. */
  readonly allowed?: RegExp;
}

const TEST_FILE = /\.test\.tsx?$|^tests\/.*\.ts$/;

/** Words that say something about the author's machine, about work that is unfinished, or that switch a test off. */
const TEXT_RULES: readonly TextRule[] = [
  {
    pattern: /(?<![\w.*-])\/(?:work|root|Users)\/[\w.-]*|(?<![\w.*-])\/home\/\w[\w.-]*/g,
    reason: 'a path of one machine; write it relative to the repository or to the home of the user',
  },
  {
    pattern: /(?<![\w.*-])\/tmp\/(?:brief|bash_jobs|claude)[\w.-]*/g,
    reason: 'a path of one machine; tests use os.tmpdir()',
  },
  {
    pattern: /\b(?:GOV|OBS|EXT|PERF|CP|LC|SEC|DISC|CON|MSG|DRM|PIL|SNAP)-[A-Z0-9]+(?:-\d+)*\b/g,
    reason: 'a requirement id; say what is required in words',
    // CP-1252 and the like are code pages.
    allowed: /^CP-\d{3,}$/,
  },
  {
    pattern: /\b(?:TODO|FIXME|HACK|XXX)\b/g,
    reason: 'unfinished work; finish it or describe the limit where users see it',
  },
  {
    pattern: /\b(?:it|test|describe|suite|bench)(?:\.\w+)*\.(?:only|skip|todo)\b/g,
    reason: 'a test that is switched off, or that switches off the others',
    files: TEST_FILE,
  },
  {
    pattern: /\b(?:skip|only):\s*true\b/g,
    reason: 'a test that is switched off, or that switches off the others',
    files: TEST_FILE,
  },
];

/** What is made by programs, and the two files that spell out what is forbidden. */
const EXCLUDED = /^package-lock\.json$|^tools\/src\/check-text\/check(?:\.test)?\.ts$/;

export function checkText(file: string, text: string): TextProblem[] {
  const problems: TextProblem[] = [];
  for (const { pattern, reason, files, allowed } of TEXT_RULES) {
    if (files !== undefined && !files.test(file)) continue;
    for (const match of text.matchAll(pattern)) {
      if (allowed?.test(match[0]) === true) continue;
      problems.push({ file, line: text.slice(0, match.index).split('\n').length, found: match[0], reason });
    }
  }
  return problems;
}

export interface TextReport {
  readonly files: number;
  readonly problems: readonly TextProblem[];
}

/** Looks at every text file that git tracks or would track. No file at all is a problem too. */
export function checkRepositoryText(root: string): TextReport {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const problems: TextProblem[] = [];
  let files = 0;
  for (const file of new Set(listed.split('\0'))) {
    if (file === '' || EXCLUDED.test(file)) continue;
    // A file that is deleted but not yet committed is listed, and so are links.
    if (lstatSync(join(root, file), { throwIfNoEntry: false })?.isFile() !== true) continue;
    const bytes = readFileSync(join(root, file));
    if (bytes.includes(0)) continue;
    files++;
    problems.push(...checkText(file, bytes.toString('utf8')));
  }
  if (files === 0) problems.push({ file: '.', line: 1, found: '', reason: 'no file was looked at' });
  return { files, problems };
}

export function formatTextProblem({ file, line, found, reason }: TextProblem): string {
  return `${file}:${line} ${found}: ${reason}`;
}
