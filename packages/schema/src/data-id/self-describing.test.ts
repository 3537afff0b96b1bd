import { expect, it } from 'vitest';
import { valuesOf } from './self-describing.ts';

it.each([
  ['reviews.bookinfo:9080@Http1', 'text'],
  ['user-center@springcloud', 'text'],
  ['com.example.Echo:1.0@DEFAULT', 'value'],
  ['com.example.Echo:1.0@dubbo', 'value'],
  ['a.B@grpc', 'message'],
  ['a.B@tri', 'triple'],
  ['Demo.Echo.Obj@tars', 'tars'],
  ['com.example.Echo@dubbo-thrift', 'thrift'],
  ['a.B@mine', 'unknown'],
  ['*', 'unknown'],
  ['', 'unknown'],
])('answers of %s are written as %s', (service, form) => {
  expect(valuesOf(service)).toBe(form);
});
