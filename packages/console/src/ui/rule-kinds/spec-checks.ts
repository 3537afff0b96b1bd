/** What a schema cannot say of a `spec`: bounds that depend on another field, and values with which a rule does nothing. */
import { fuseThresholdRange, ISOLATE_RANGES, isWithin, type ValueRange } from '@weft/api/rules';
import type { Translate } from '../../i18n/index.ts';
import type { FormObject, Problems } from '../schema-form/index.ts';

const specOf = (rule: FormObject): FormObject => {
  const spec = rule['spec'];
  return typeof spec === 'object' && spec !== null ? (spec as FormObject) : {};
};

const rowsOf = (value: unknown): readonly FormObject[] =>
  Array.isArray(value) ? (value as readonly FormObject[]) : [];

/** Values outside of the bounds that the proxies check beside those of the schema, by JSON pointer. */
export function boundProblems(segment: string, rule: FormObject, t: Translate): Problems {
  const found = new Map<string, string>();
  const spec = specOf(rule);
  const check = (pointer: string, value: unknown, range: ValueRange): void => {
    if (typeof value !== 'number' || isWithin(range, value)) return;
    const { from, above, to: maximum } = range;
    found.set(
      pointer,
      above ? t('form.above-at-most', { above: from, maximum }) : t('form.out-of-range', { minimum: from, maximum }),
    );
  };
  if (segment === 'fuse') {
    const range = fuseThresholdRange(spec);
    check('/spec/threshold', spec['threshold'], range);
    for (const [at, zone] of rowsOf(spec['zoneSpec']).entries())
      check(`/spec/zoneSpec/${at}/threshold`, zone['threshold'], range);
  }
  if (segment === 'isolate')
    for (const [name, range] of Object.entries(ISOLATE_RANGES)) check(`/spec/${name}`, spec[name], range);
  return found;
}

/** What is allowed and seldom meant, by JSON pointer: the rule does nothing so, or refuses everything. */
export function effectWarnings(segment: string, rule: FormObject, t: Translate): Problems {
  const found = new Map<string, string>();
  const spec = specOf(rule);
  const nothing = t('form.does-nothing');
  switch (segment) {
    case 'route': {
      const groups = rowsOf(spec['destinations']);
      if (groups.length > 0 && groups.every((group) => Object.keys(Object(group['labels'])).length === 0))
        found.set('/spec/destinations', nothing);
      break;
    }
    case 'isolate':
      for (const key of ['maxIpCount', 'maxIpRatio']) if (spec[key] === 0) found.set(`/spec/${key}`, nothing);
      break;
    case 'hijack':
      if (spec['maxRequests'] === 0) found.set('/spec/maxRequests', nothing);
      break;
    case 'limit':
      if (spec['threshold'] === 0) found.set('/spec/threshold', t('form.refuses-all'));
      break;
    default:
      break;
  }
  return found;
}
