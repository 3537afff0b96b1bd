import type { ConfigProblem } from '@weft/kit';
import { type RouteRuleBody, routeDocumentSchema, routeRuleBodySchema } from '@weft/schema/wire';
import { type CheckedBody, checkBody, checkService, shownProblem } from '../common/index.ts';
import { compileRoutes } from './compile.ts';
import { toRouteDocument } from './convert.ts';

/** Checks the body of a routing rule as proxies will: the schema, then the compiler that they have. */
export function checkRouteBody(input: unknown): CheckedBody<RouteRuleBody> {
  const checked = checkBody(input, {
    bodySchema: routeRuleBodySchema,
    documentSchema: routeDocumentSchema,
    list: 'rules',
    toDocument: (_app, rules) => toRouteDocument(SOME_SERVICE, rules),
    compile: compileRoutes,
    specFields: ['destinations'],
  });
  if (checked.kind === 'refused')
    return { kind: 'refused', problems: checked.problems.map((item) => ({ ...item, path: labelsOf(item.path) })) };
  const problems: ConfigProblem[] = [];
  for (const [index, service] of checked.body.services.entries()) {
    const report = (path: string, value: string | undefined, message: string, expected: string): void => {
      problems.push(shownProblem('', path, value, message, expected));
    };
    if (service === '*')
      report(
        `services[${index}]`,
        '"*"',
        'a routing rule names its services: instances of one have other labels than those of another',
        'the dataId of a service',
      );
    else checkService(service, index, report);
  }
  return problems.length === 0 ? checked : { kind: 'refused', problems };
}

/** Labels are conditions in the document. */
const labelsOf = (path: string): string => path.replace(/(destinations\[\d+\])\.destination\[.*$/, '$1.labels');

/** What is wrong with the names of services is said of them, and not of the document. */
const SOME_SERVICE = 'com.example.Service:1.0@DEFAULT';
