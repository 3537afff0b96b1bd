import { Type } from '@weft/schema/author';

export const schema = Type.Object({}, { description: 'Raw TCP: it has no settings.' });
