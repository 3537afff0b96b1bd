import { expect, test } from 'vitest';
import { httpServiceId } from './http-family.ts';

test.each([
  ['details:9080', '', 'details:9080@Http1'],
  ['details:9080', 'shop.Catalogue', 'shop.Catalogue@grpc'],
  ['details:9080', 'shop.Catalogue@tri', 'shop.Catalogue@tri'],
])('the id of the service of %s and "%s"', (authority, service, id) => {
  expect(httpServiceId(authority, service)).toBe(id);
});
