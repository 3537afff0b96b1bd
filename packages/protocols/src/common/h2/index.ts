export { H2ClientConnection, H2ClientStream } from './client.ts';
export { H2Connection } from './connection.ts';
export { FieldMap } from './field-map.ts';
export { DEFAULT_MAX_RESETS } from './floods.ts';
export { CLIENT_PREFACE } from './frame.ts';
export { H2RequestHead, H2ResponseHead, PROTOCOL_NAME } from './heads.ts';
export type { H2Options } from './options.ts';
export { H2ServerConnection, H2ServerStream } from './server.ts';
export { MAX_WINDOW_BYTES } from './settings.ts';
