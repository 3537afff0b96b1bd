import { Type } from '@weft/schema/author';

export const schema = Type.Object({}, { description: 'One host behind the other, whatever the weights: no settings.' });
