/** What a soak looks at between two rounds of traffic. */
import { readdirSync } from 'node:fs';
import type { RunningProxy } from '../support/proxy.ts';

export const MIB = 1024 * 1024;

export interface Sample {
  readonly atMs: number;
  /** Used heap without compiled code, bytes: the main thread's, then each data thread's. */
  readonly heaps: readonly number[];
  readonly externalBytes: number;
  /** Resident pages of compiled code of all threads. */
  readonly codeBytes: number;
  /** Without those. */
  readonly residentBytes: number;
  readonly descriptors: number;
}

interface Part {
  readonly usedHeapBytes: number;
  readonly externalBytes: number;
  readonly usedCodeBytes: number;
  readonly codePagesBytes: number;
}

interface Report {
  readonly rss: number;
  readonly main: Part;
  readonly threads: readonly (Part & { readonly type: string })[];
}

export function countDescriptors(proxy: RunningProxy): number {
  return readdirSync(`/proc/${proxy.process.pid}/fd`).length;
}

/** Resolves when no connection is left, neither to callers nor to hosts. */
export async function untilQuiet(proxy: RunningProxy): Promise<void> {
  for (;;) {
    const { body } = await proxy.admin('GET', '/api/v1/connections');
    if ((JSON.parse(body) as unknown[]).length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Several collections: the later ones free what the finalisers of the first let go. The least is what is really held. */
export async function takeSample(proxy: RunningProxy, atMs: number): Promise<Sample> {
  let best: Sample | null = null;
  for (let round = 0; round < 5; round++) {
    const report = JSON.parse((await proxy.admin('GET', '/api/v1/test/memory')).body) as Report;
    const parts = [report.main, ...report.threads];
    const codePages = parts.reduce((sum, part) => sum + part.codePagesBytes, 0);
    const sample: Sample = {
      atMs,
      heaps: parts.map(({ usedHeapBytes, usedCodeBytes }, index) =>
        Math.min(usedHeapBytes - usedCodeBytes, best?.heaps[index] ?? Number.POSITIVE_INFINITY),
      ),
      externalBytes: least(best?.externalBytes, parts, (part) => part.externalBytes),
      codeBytes: least(best?.codeBytes, parts, (part) => part.codePagesBytes),
      residentBytes: Math.min(report.rss - codePages, best?.residentBytes ?? Number.POSITIVE_INFINITY),
      descriptors: countDescriptors(proxy),
    };
    best = sample;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return best as Sample;
}

/** The sum of all parts, or the least that it was. */
function least(before: number | undefined, parts: readonly Part[], value: (part: Part) => number): number {
  const sum = parts.reduce((total, part) => total + value(part), 0);
  return Math.min(sum, before ?? Number.POSITIVE_INFINITY);
}

/**
 * Rise in MiB per 10 minutes: the median of the slopes between all pairs of samples (Theil and Sen). One sample that
 * caught a busy moment moves it by nothing, where it would tilt a line by least squares.
 */
export function risePer10Minutes(samples: readonly Sample[], value: (sample: Sample) => number): number {
  const slopes: number[] = [];
  samples.forEach((later, index) => {
    for (const earlier of samples.slice(0, index))
      slopes.push((value(later) - value(earlier)) / MIB / ((later.atMs - earlier.atMs) / 600_000));
  });
  slopes.sort((a, b) => a - b);
  const half = slopes.length >> 1;
  const upper = slopes[half] ?? 0;
  return slopes.length % 2 === 0 ? (upper + (slopes[half - 1] ?? 0)) / 2 : upper;
}
