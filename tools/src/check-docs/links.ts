import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export interface Link {
  /** 1-based. */
  readonly line: number;
  readonly target: string;
}

/** Links of a Markdown text, without those in code. */
export function linksOf(markdown: string): Link[] {
  const links: Link[] = [];
  let fence = '';
  for (const [index, line] of markdown.split('\n').entries()) {
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1] ?? '';
    if (mark !== '') fence = fence === '' ? mark : line.trim() === fence ? '' : fence;
    if (fence !== '' || mark !== '') continue;
    const text = line.replace(/`[^`]*`/g, (code) => ' '.repeat(code.length));
    for (const match of text.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g))
      links.push({ line: index + 1, target: match[1] as string });
  }
  return links;
}

/** Anchors of a Markdown text: those of its headings, as GitHub makes them, and those that are written out. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  const text = markdown.replace(/^(```|~~~)[\s\S]*?^\1/gm, '');
  for (const match of text.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const slug = (match[1] as string)
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    let unique = slug;
    for (let n = 1; anchors.has(unique); n++) unique = `${slug}-${n}`;
    anchors.add(unique);
  }
  for (const match of text.matchAll(/<a id="([^"]+)">/g)) anchors.add(match[1] as string);
  return anchors;
}

/** What is wrong with the relative links of one file, as `file:line target: reason`. */
export function linkProblems(root: string, file: string): { readonly links: number; readonly problems: string[] } {
  const links = linksOf(readFileSync(join(root, file), 'utf8')).filter(
    ({ target }) => !/^[a-z][a-z+.-]*:/i.test(target),
  );
  const problems: string[] = [];
  for (const { line, target } of links) {
    const [path = '', anchor = ''] = target.split('#');
    const place = path === '' ? file : normalize(join(dirname(file), decodeURIComponent(path)));
    if (place.startsWith('..')) problems.push(`${file}:${line} ${target}: leads out of the repository`);
    else if (!existsSync(join(root, place))) problems.push(`${file}:${line} ${target}: there is no ${place}`);
    else if (
      anchor !== '' &&
      place.endsWith('.md') &&
      !anchorsOf(readFileSync(join(root, place), 'utf8')).has(anchor)
    ) {
      problems.push(`${file}:${line} ${target}: ${place} has no such heading`);
    }
  }
  return { links: links.length, problems };
}
