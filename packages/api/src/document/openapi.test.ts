import { describe, expect, test } from 'vitest';
import { drm, ms, openApiDocument, osp, registry } from '../index.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly responses: Readonly<Record<string, unknown>>;
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: { readonly required: readonly string[] } }>>;
  };
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

describe('the OpenAPI document', () => {
  test.each([osp, drm, ms, registry])('of $component has every operation', (contract) => {
    const document = openApiDocument(contract, '1.0.0');
    const operations = Object.values(document['paths'] as Paths).flatMap((methods) => Object.values(methods));
    expect(document['openapi']).toBe('3.1.0');
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(
      Object.keys(contract.routes)
        .map((operation) => `${contract.component}.${operation}`)
        .sort(),
    );
    // Plain data: nothing is lost on the way to the wire.
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  test('shows what a rule needs, and the version that a replacement builds on', () => {
    const paths = openApiDocument(ms, '1.0.0')['paths'] as Paths;
    const put = paths['/openapi/v1/ms/rules/limit/{id}']?.['put'];
    expect(put?.parameters.filter(({ required }) => required).map(({ name }) => name)).toEqual(['id', 'If-Match']);
    expect(put?.requestBody?.content['application/json']?.schema.required).toEqual(['name', 'app', 'services', 'spec']);
    expect(Object.keys(put?.responses ?? {})).toEqual([
      '200',
      '400',
      '401',
      '403',
      '404',
      '409',
      '428',
      '429',
      '500',
      '503',
    ]);
  });
});
