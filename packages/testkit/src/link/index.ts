/** Lives in the SDK, so that the compliance suites need nothing else; this is the name our own tests import it by. */
export { CodecFeeder, MemoryLink } from '@weft/sdk/testing';
export { SocketLink } from './socket-link.ts';
