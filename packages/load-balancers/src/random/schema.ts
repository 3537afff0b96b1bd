import { Type } from '@weft/schema/author';

export const schema = Type.Object({}, { description: 'Any available host with the same chance: no settings.' });
