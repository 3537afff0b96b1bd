import { ConfigError, type ConfigProblem } from '@weft/kit';
import { mosnConfigSchema } from '../gen/mosn-config.gen.ts';
import { checkMosnConfig } from '../mosn/check.ts';
import type { MosnConfig } from '../mosn/config.ts';
import { maskSecrets } from '../parse/mask-secrets.ts';
import { parseConfig } from '../parse/parse-config.ts';
import { readDocument } from './read-document.ts';
import { SplitFiles } from './split-files.ts';

/** Keys of a file that is none of ours, as far as they help to know it. */
const SHOWN_KEYS = 5;

export interface LoadedConfig {
  readonly config: MosnConfig;
  readonly warnings: readonly ConfigProblem[];
  /** The configuration with secrets masked, for dumps. */
  readonly masked: unknown;
  /** The document as it was read, split files put in. */
  readonly document: unknown;
  /** Every file that was read, the main one first. */
  readonly files: readonly string[];
  /** Names the file of a problem that is found later, by whoever uses the configuration. */
  locate(problem: ConfigProblem): ConfigProblem;
}

/**
 * Reads a configuration file (`.json`, `.yaml`, `.yml`) with its folders of split files and validates it.
 *
 * @throws ConfigError with place, value and expectation of every problem; MeshError config_unreadable
 */
export async function loadConfigFile(file: string): Promise<LoadedConfig> {
  const document = await readDocument(file);
  const split = new SplitFiles(file);
  await split.putInto(document);
  const locate = (problem: ConfigProblem): ConfigProblem => split.locate(problem);
  try {
    const { config, warnings } = parseMosnConfig(document, file);
    const masked = maskSecrets(config, mosnConfigSchema);
    return { config, warnings: warnings.map(locate), masked, document, files: split.files, locate };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.problems.map(locate), error.warnings.map(locate));
  }
}

/** Validates a document that did not come from a file, or was read already. */
export function parseMosnConfig(
  document: unknown,
  file = '',
): { readonly config: MosnConfig; readonly warnings: readonly ConfigProblem[] } {
  const { value, warnings } = parseDocument(document, file);
  const problems = checkMosnConfig(value).map((problem) => ({ ...problem, file }));
  if (problems.length > 0) throw new ConfigError(problems, warnings);
  return { config: value, warnings };
}

/** What is another program's file has nothing else that is worth telling. */
function parseDocument(document: unknown, file: string): ReturnType<typeof parseConfig<MosnConfig>> {
  try {
    return parseConfig<MosnConfig>(document, mosnConfigSchema, { file });
  } catch (error) {
    if (!(error instanceof ConfigError) || !isForeign(document, error.warnings)) throw error;
    const found = Object.keys(document as object).slice(0, SHOWN_KEYS);
    throw new ConfigError([
      {
        file,
        path: '',
        message: 'this is no Weft configuration',
        value: found.join(', '),
        expected: 'servers and cluster_manager',
      },
    ]);
  }
}

/** Of the keys of the document not one is known. */
function isForeign(document: unknown, warnings: readonly ConfigProblem[]): boolean {
  if (typeof document !== 'object' || document === null) return false;
  const keys = Object.keys(document);
  return keys.length > 0 && keys.every((key) => warnings.some(({ path }) => path === key));
}
