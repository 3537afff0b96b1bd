import { type Parsed, Type } from '@weft/schema/author';

export const schema = Type.Object({}, { description: 'The health check `tcp` has no configuration.' });

export type TcpCheckConfig = Parsed<typeof schema>;
