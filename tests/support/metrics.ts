import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { RunningProxy } from './proxy.ts';

/** Sum of all series of a metric whose labels contain `labels`, as the proxy exposes them to Prometheus. */
export async function metric(
  proxy: RunningProxy,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const { body } = await proxy.admin('GET', '/metrics');
  return sumOf(body, name, labels);
}

/** @throws Error when no series has this name: a misspelt metric must not read as 0. */
export function sumOf(text: string, name: string, labels: Readonly<Record<string, string>> = {}): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  let found = false;
  let sum = 0;
  for (const line of text.split('\n')) {
    const [, series, shown = '', value] = /^([a-z_0-9]+)(\{[^}]*\})? (\S+)$/.exec(line) ?? [];
    if (series !== name || !wanted.every((pair) => shown.includes(pair))) continue;
    found = true;
    sum += Number(value);
  }
  if (!found) throw new Error(`no series ${name} with ${wanted.join(',') || 'any labels'}`);
  return sum;
}

/** Nothing went wrong inside of the proxy: no caught fault, no touched borrowed byte, no peer that broke its protocol. */
export async function expectSound(proxy: RunningProxy): Promise<void> {
  const { body } = await proxy.admin('GET', '/metrics');
  const bad = ['faults', 'extension_faults', 'protocol_errors', 'borrow_violations', 'hard_mark_shed'].map(
    (name) => [name, sumOf(body, `weft_proxy_${name}_total`)] as const,
  );
  expect(
    bad.filter(([, count]) => count !== 0),
    proxy.log(),
  ).toEqual([]);
}

/** Resident memory of the proxy's process in bytes. */
export async function residentBytes(proxy: RunningProxy): Promise<number> {
  const pages = Number((await readFile(`/proc/${proxy.process.pid}/statm`, 'utf8')).split(' ')[1]);
  return pages * 4096;
}

/** The most resident memory that the proxy's process has had so far, in bytes. */
export async function peakResidentBytes(proxy: RunningProxy): Promise<number> {
  const status = await readFile(`/proc/${proxy.process.pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
