import { ConfigError } from '@weft/kit';
import { parseConfig } from '@weft/schema';
import type { ExtensionCatalog } from '../update/index.ts';
import type { OpenProbe } from './app-check.ts';
import { DiscoveryRefusal } from './refusal.ts';

/** Asks applications with the health checkers that clusters have. */
export function openProbeOf(catalog: ExtensionCatalog): OpenProbe {
  return async (type, config) => {
    if (!catalog.has('health-checker', type))
      throw new DiscoveryRefusal(
        400,
        `healthCheck.type is ${JSON.stringify(type)}; expected ${catalog.names('health-checker').join(' or ')}`,
      );
    const checker = await catalog.load('health-checker', type);
    try {
      return checker.create(parseConfig(config ?? {}, checker.schema).value);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const { path, message, value, expected } = error.problems[0] ?? { path: '', message: '', expected: '' };
      const place = ['healthCheck.config', path].filter((part) => part !== '').join('.');
      throw new DiscoveryRefusal(
        400,
        `${place}: ${message} (${value === undefined ? '' : `found ${value}, `}expected ${expected})`,
      );
    }
  };
}
