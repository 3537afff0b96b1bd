import { describe, expect, test } from 'vitest';
import { parseFeatureGates, parseStartArguments } from './arguments.ts';
import { FLAGS } from './flags.ts';

const parse = (line: string, env: NodeJS.ProcessEnv = {}) =>
  parseStartArguments(
    line.split(' ').filter((word) => word !== ''),
    env,
  );

describe('arguments of start', () => {
  test('a value after a space or "=", long names with one dash or two', () => {
    for (const line of ['-c a.yaml', '-c=a.yaml', '--config a.yaml', '--config=a.yaml', '-config a.yaml']) {
      expect(parse(line).configFile).toBe('a.yaml');
    }
    expect(parse('').configFile).toBe('configs/mosn_config.json');
  });

  test('without a file the one of MOSN, else the one that init writes', () => {
    const found = (...there: string[]) => parseStartArguments([], {}, (file) => there.includes(file)).configFile;
    expect(found('weft.yaml', 'configs/mosn_config.json')).toBe('configs/mosn_config.json');
    expect(found('weft.yaml')).toBe('weft.yaml');
    expect(found()).toBe('configs/mosn_config.json');
  });

  test('the flag beats the environment, and Weft its elders', () => {
    expect(parse('', { MOSN_CONFIG: 'b.json' }).configFile).toBe('b.json');
    expect(parse('-c a.json', { MOSN_CONFIG: 'b.json' }).configFile).toBe('a.json');
    const gates = { FEATURE_GATES: 'auto_config=true', WEFT_FEATURE_GATES: 'auto_config=false' };
    expect(parse('', gates).features).toEqual({ auto_config: false });
    expect(parse('', { LOG_LEVEL: 'debug' }).logLevel).toBe('DEBUG');
  });

  test("Istio's levels are those of the log", () => {
    const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'].map(
      (level) => parse(`-l ${level}`).logLevel,
    );
    expect(levels).toEqual(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'FATAL']);
  });

  test('no two flags share a name', () => {
    const names = FLAGS.flatMap((flag) => flag.names);
    expect(new Set(names).size).toBe(names.length);
  });

  test('gates are name=bool; anything else is refused by name and place', () => {
    expect(parseFeatureGates(' auto_config = TRUE , XdsMtlsEnable=f')).toEqual({
      auto_config: true,
      XdsMtlsEnable: false,
    });
    expect(parseFeatureGates('')).toEqual({});
    expect(() => parseFeatureGates('auto_config')).toThrow('"auto_config" at character 1');
    expect(() => parseFeatureGates('auto_config=true,')).toThrow('unknown gate "" at character 18');
    expect(() => parseFeatureGates('nothing=true')).toThrow('known are auto_config');
  });
});
