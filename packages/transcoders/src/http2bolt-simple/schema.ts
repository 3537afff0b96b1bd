import { type Parsed, Type } from '@weft/schema/author';

export const schema = Type.Object({}, { description: 'The transcoder `http2bolt_simple` has no configuration.' });

export type HttpToBoltSimpleConfig = Parsed<typeof schema>;
