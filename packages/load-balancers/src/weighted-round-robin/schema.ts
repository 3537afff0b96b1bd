import { Type } from '@weft/schema/author';

export const schema = Type.Object({}, { description: 'A schedule by the weights of the hosts: no settings.' });
