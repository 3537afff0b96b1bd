/** What a schema cannot say of a `spec`: bounds that depend on another field, and values with which a rule does nothing. */
import { ERROR_STATUS, FAULT_DELAY, fuseThresholdRange, ISOLATE_RANGES, type ValueRange } from '@weft/api/rules';
import type { Translate } from '../../i18n/index.ts';
import type { FormObject, Problems, Ranges } from '../schema-form/index.ts';

const specOf = (rule: FormObject): FormObject => {
  const spec = rule['spec'];
  return typeof spec === 'object' && spec !== null ? (spec as FormObject) : {};
};

const rowsOf = (value: unknown): readonly FormObject[] =>
  Array.isArray(value) ? (value as readonly FormObject[]) : [];

/** The bounds that the proxies judge by where the schema has wider ones, by JSON pointer. */
export function rangesOf(segment: string, rule: FormObject): Ranges {
  const found = new Map<string, ValueRange>();
  const spec = specOf(rule);
  switch (segment) {
    case 'fuse': {
      const range = fuseThresholdRange(spec);
      found.set('/spec/threshold', range);
      for (const at of rowsOf(spec['zoneSpec']).keys()) found.set(`/spec/zoneSpec/${at}/threshold`, range);
      break;
    }
    case 'isolate':
      for (const [name, range] of Object.entries(ISOLATE_RANGES)) found.set(`/spec/${name}`, range);
      break;
    case 'fault-inject':
      found.set('/spec/fixedDelay', FAULT_DELAY);
      break;
    case 'downgrade':
      found.set('/spec/status', ERROR_STATUS);
      break;
    default:
      break;
  }
  // What refused callers see: types without it have no such field.
  found.set('/spec/reject/status', ERROR_STATUS);
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

/** Whether a rule that is switched on so fails or delays every call that it is for: seldom meant where it was not typed. */
export function hitsEveryCall(segment: string, rule: FormObject): boolean {
  const { faultPercent = 100 } = specOf(rule);
  return segment === 'fault-inject' && rule['mode'] !== 'OBSERVE' && faultPercent === 100;
}
