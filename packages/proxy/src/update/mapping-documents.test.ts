import type { SuppliedMapping, TranscoderUse } from '@weft/sdk';
import { expect, it } from 'vitest';
import { CompileNotes } from './extension-config.ts';
import { describeOrigin, mappingDocuments } from './mapping-documents.ts';

const use = (refs: readonly string[], ...mappings: object[]): TranscoderUse => ({
  name: 'a_b',
  protocol: '',
  path: '',
  documents: [],
  refs,
  config: { mappings, other: 1 },
});
const supplied = (name: string, service: string, more: object = {}): SuppliedMapping => ({
  name,
  ruleDbId: 7,
  dataId: 'd',
  version: 3,
  ruleVersion: name === 'a' ? 2 : 0,
  document: { name, service, ...more },
});
const gather = async (of: TranscoderUse, ...from: SuppliedMapping[]) => {
  const notes = new CompileNotes();
  const { config, origins, waiting } = await mappingDocuments(of, 'place', from, notes);
  const { mappings } = config as { mappings: { service: string; name?: string }[] };
  return {
    services: mappings.map(({ service }) => service),
    said: origins.map(describeOrigin),
    waiting,
    warned: notes.warnings.map(({ path }) => path),
  };
};

it('leaves what refers to nothing as it is', async () => {
  const of = use([], { service: 'A' });
  const { config, waiting } = await mappingDocuments(of, '', [supplied('a', 'A')], new CompileNotes());
  expect([config, waiting]).toEqual([of.config, false]);
});

it('takes those that are named, in place of its own with the name or for the service', async () => {
  const own = [{ service: 'A' }, { service: 'B', name: 'b' }, { service: 'C' }];
  const found = await gather(use(['a', 'b'], ...own), supplied('a', 'A'), supplied('b', 'Z'), supplied('d', 'D'));
  expect(found).toEqual({
    services: ['C', 'A', 'Z'],
    said: [
      'a mapping of the configuration (mappings[2])',
      'mapping a of the control plane (rule 7 in version 2, version 3 of its document) in place of a mapping of the configuration (mappings[0])',
      'mapping b of the control plane (rule 7, version 3 of its document) in place of mapping b of the configuration (mappings[1])',
    ],
    waiting: false,
    warned: [],
  });
});

it('tells versions and groups of a service apart, and takes of two for one the first', async () => {
  const own = { service: 'A', version: '1.0' };
  const first = supplied('a', 'A', { version: '2.0' });
  const second = supplied('b', 'A', { version: '2.0', group: '' });
  const { services, said } = await gather(use(['*'], own), first, second, supplied('c', 'A', { group: 'g' }));
  expect(services).toEqual(['A', 'A', 'A']);
  expect(said.map((text) => text.split(' of ')[0])).toEqual(['a mapping', 'mapping a', 'mapping c']);
});

it('waits where nothing came, and has its own meanwhile where there are some', async () => {
  expect(await gather(use(['a']))).toMatchObject({ services: [], waiting: true, warned: ['place.mapping_refs[0]'] });
  expect(await gather(use(['*']))).toMatchObject({ services: [], waiting: true, warned: [] });
  expect(await gather(use(['a', '*'], { service: 'A' }))).toMatchObject({ services: ['A'], waiting: false });
});
