import { readFileSync } from 'node:fs';

/**
 * Finds `run_dir` or `state_dir` in a configuration file that may be broken: where the proxy keeps its files must be
 * known even then, to start from the last good copy or to talk to the proxy that runs. Undefined when it is not there.
 */
export function roughSetting(file: string, key: 'run_dir' | 'state_dir'): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // Without the file the defaults hold.
    return undefined;
  }
  const match = new RegExp(
    `["']?\\b${key}["']?[ \\t]*:[ \\t]*(?:"([^"\\n]+)"|'([^'\\n]+)'|([^\\s"',}#][^\\n,}#]*))`,
    'i',
  ).exec(text);
  return (match?.[1] ?? match?.[2] ?? match?.[3])?.trim();
}
