export { openApiDocument } from './openapi.ts';
export { requestSchema } from './request-schema.ts';
