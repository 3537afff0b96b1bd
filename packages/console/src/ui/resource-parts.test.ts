import { expect, test } from 'vitest';
import { partsOfResource } from './resource-parts.ts';

test.each([
  ['reviews.bookinfo:9080@Http1:i:r', 'reviews.bookinfo:9080@Http1', 'SERVER'],
  ['com.weft.RatingService:1.0@DEFAULT.get:o:r#a1b2', 'com.weft.RatingService:1.0@DEFAULT.get', 'CLIENT'],
  ['reviews.bookinfo:9080@Http1', 'reviews.bookinfo:9080@Http1', null],
])('%s is %s, %s', (resource, name, direction) => {
  expect(partsOfResource(resource)).toEqual({ name, direction });
});
