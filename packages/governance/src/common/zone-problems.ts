import type { ConfigProblem } from '@weft/kit';
import type { CheckedBody } from './wire-convert.ts';

interface ZonedBody {
  readonly spec: { readonly zoneSpec: readonly { readonly zone: string }[] };
}

/** Refuses a body that says twice what holds in a zone: proxies would take the first, and nobody be told. */
export function refuseSameZones<Body extends ZonedBody>(checked: CheckedBody<Body>): CheckedBody<Body> {
  if (checked.kind === 'refused') return checked;
  const first = new Map<string, number>();
  const problems: ConfigProblem[] = [];
  for (const [index, { zone }] of checked.body.spec.zoneSpec.entries()) {
    const before = first.get(zone);
    if (before === undefined) first.set(zone, index);
    else
      problems.push({
        file: '',
        path: `spec.zoneSpec[${index}].zone`,
        value: JSON.stringify(zone),
        message: `the same zone as in zoneSpec[${before}]`,
        expected: 'each zone once',
      });
  }
  return problems.length === 0 ? checked : { kind: 'refused', problems };
}
