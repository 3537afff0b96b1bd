import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  boltDataId,
  DataIdError,
  formatDataInfoId,
  formatDrmDataId,
  formatServiceDataId,
  parseDataInfoId,
  parseDrmDataId,
  parseServiceDataId,
  ruleDataId,
  ruleTypeOf,
  sofaDataId,
} from './index.ts';

const positionOf = (parse: (text: string) => unknown, text: string): number => {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof DataIdError) return error.position;
    throw error;
  }
  throw new Error(`${text} was accepted`);
};

describe('the id of a service', () => {
  test.each([
    ['com.alipay.sofa.ms.service.SofaEchoService:1.0@DEFAULT', { kind: 'sofa', version: '1.0', uniqueId: '' }],
    ['com.alipay.sofa.ms.service.SofaEchoService:2.0:u@DEFAULT', { kind: 'sofa', version: '2.0', uniqueId: 'u' }],
    ['com.alipay.sofa.ms.service.EchoService:aaa:bbb@dubbo', { kind: 'dubbo', segments: ['aaa', 'bbb'] }],
    ['com.alipay.sofa.ms.service.HelloService@dubbo', { kind: 'dubbo', segments: [] }],
    ['reviews.allsite.alipay.net:9080@Http1', { kind: 'http', host: 'reviews.allsite.alipay.net', port: 9080 }],
    ['details.bookinfo:9080@Http1', { kind: 'http', host: 'details.bookinfo', port: 9080 }],
    ['127.0.0.1:9080@Http1', { kind: 'http', host: '127.0.0.1', port: 9080 }],
    ['[::1]:80@Http2', { kind: 'http', protocol: 'Http2', host: '[::1]', port: 80 }],
    ['details.bookinfo@Http1', { kind: 'http', port: 0 }],
    ['test@springcloud', { kind: 'cloud', app: 'test' }],
    ['helloworld.Greeter@grpc', { kind: 'grpc', version: '' }],
    ['org.example.Greeter:1.0@tri', { kind: 'grpc', protocol: 'tri', version: '1.0' }],
    ['org.example.Greeter:1.0:g@tri', { kind: 'grpc', protocol: 'tri', version: '1.0', group: 'g' }],
    ['org.example.Greeter@tri', { kind: 'grpc', protocol: 'tri', version: '', group: '' }],
    ['Demo.EchoServer.EchoObj@tars', { kind: 'named', protocol: 'tars', iface: 'Demo.EchoServer.EchoObj' }],
    ['org.example.Greeter$Iface@dubbo-thrift', { kind: 'named', protocol: 'dubbo-thrift' }],
    [
      'org.example.services.userInterface.IHelloService:1.0.0:default@crpc',
      { kind: 'custom', protocol: 'crpc', version: '1.0.0', group: 'default' },
    ],
  ])('%s', (text, parts) => {
    const id = parseServiceDataId(text);
    expect(id).toMatchObject(parts);
    expect(formatServiceDataId(id)).toBe(text);
  });

  test.each<[string, number]>([
    ['', 0],
    ['com.alipay.Echo:1.0', 19],
    ['a.B:1.0:g:x@tri', 9],
    ['a.B:1.0:g@grpc', 7],
    ['a.B:1.0@tars', 3],
    ['@DEFAULT', 0],
    ['com.alipay.Echo@DEFAULT', 15],
    ['com.alipay.Echo:@DEFAULT', 16],
    ['com.alipay.Echo:1.0:@DEFAULT', 20],
    ['com.alipay.Echo:1.0:u:v@DEFAULT', 21],
    ['com.alipay.Echo:1.0@', 20],
    ['com.alipay.Echo:1.0@DE FAULT', 22],
    ['com.alipay.Echo:1 .0@DEFAULT', 17],
    ['com..Echo:1.0@DEFAULT', 3],
    ['.Echo:1.0@DEFAULT', 0],
    ['Echo.:1.0@DEFAULT', 4],
    ['com/Echo:1.0@DEFAULT', 3],
    ['com.Écho:1.0@DEFAULT', 4],
    ['Echo:1.0@x@DEFAULT', 8],
    ['Echo:1#0@DEFAULT', 6],
    ['Echo:a:b:c@dubbo', 8],
    ['Echo::b@dubbo', 5],
    [':a@dubbo', 0],
    ['details:@Http1', 8],
    ['details:0@Http1', 8],
    ['details:65536@Http1', 8],
    ['details:99x@Http1', 10],
    ['details:080@Http1', 8],
    ['det ails:80@Http1', 3],
    [':80@Http1', 0],
    ['[::1:80@Http1', 7],
    ['[::g]:80@Http1', 3],
    ['[::1]80@Http1', 5],
    ['[]:80@Http1', 1],
    ['te st@springcloud', 2],
    ['@springcloud', 0],
    ['Greeter:1:2@grpc', 9],
    ['Greeter:1.0@crpc', 11],
    ['Greeter:1.0:g:x@crpc', 13],
    [`I:${'x'.repeat(600)}@DEFAULT`, 512],
  ])('%s is refused at %i', (text, position) => {
    expect(positionOf(parseServiceDataId, text)).toBe(position);
  });

  test.each([
    ['details.bookinfo:9080@Http', '`@Http1`, as `Http` is no protocol that is known, or `:` and a group'],
    ['com.alipay.Echo:1.0@default', '`@DEFAULT`, as `default` is no protocol that is known, or `:` and a group'],
    ['com.alipay.Echo@mine', '`:` and a version'],
    ['com.alipay.Echo@DEFAULT', '`:` and a version'],
  ])('of %s it is said which protocol may be meant', (text, expected) => {
    expect(() => parseServiceDataId(text)).toThrow(`: expected ${expected}`);
  });

  test('whatever is accepted comes back unchanged', () => {
    const text = fc.oneof(
      fc.string(),
      fc.tuple(fc.string(), fc.constantFrom('DEFAULT', 'dubbo', 'Http1', 'grpc', 'crpc')).map(([a, b]) => `${a}@${b}`),
      fc.stringMatching(/^[a-z.]{1,9}(:[a-z0-9.]{1,4}){0,3}@(DEFAULT|dubbo|Http1|tri|crpc)$/),
    );
    fc.assert(
      fc.property(text, (id) => {
        try {
          expect(formatServiceDataId(parseServiceDataId(id))).toBe(id);
        } catch (error) {
          if (!(error instanceof DataIdError)) throw error;
          expect(error.position).toBeLessThanOrEqual(id.length);
        }
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test('a SOFA service without version has 1.0', () => {
    expect(sofaDataId('I', null, null)).toBe('I:1.0@DEFAULT');
    expect(sofaDataId('I', '2.0', 'u')).toBe('I:2.0:u@DEFAULT');
    expect(boltDataId('I:1.0')).toBe('I:1.0@DEFAULT');
    expect(boltDataId('I:1.0@DEFAULT')).toBe('I:1.0@DEFAULT');
  });
});

describe('the key in the registry', () => {
  test('has defaults and comes back unchanged', () => {
    const dataId = 'I:1.0@DEFAULT';
    expect(formatDataInfoId({ dataId })).toBe('I:1.0@DEFAULT#@#DEFAULT_INSTANCE_ID#@#DEFAULT_GROUP');
    const key = { dataId, instanceId: '000001', group: 'SOFA' };
    expect(parseDataInfoId(formatDataInfoId(key))).toEqual(key);
  });

  test.each<[string, number]>([
    ['I:1.0@DEFAULT', 13],
    ['I:1.0@DEFAULT#@#000001', 22],
    ['I:1.0@DEFAULT#@##@#SOFA', 16],
    ['I:1.0@DEFAULT#@#000001#@#', 25],
    ['I:1.0@DEFAULT#@#00 01#@#SOFA', 18],
    ['I@DEFAULT#@#000001#@#SOFA', 1],
    ['I:1.0@DEFAULT#@#000001#@#SOFA#@#x', 29],
  ])('%s is refused at %i', (text, position) => {
    expect(positionOf(parseDataInfoId, text)).toBe(position);
  });
});

describe('the name of a pushed value', () => {
  test.each([
    [
      'Alipay.crpc-client:name=com.alipay.sofa.middleware.mesh.drm.MsgResource.msgSep,version=3.0@DRM',
      { domain: 'Alipay.crpc-client', app: 'crpc-client', attribute: 'msgSep' },
    ],
    [
      'sofa.config:name=com.alipay.sofa.middleware.servicegov.apps.crpc-client.downgradeRule,version=3.0@DRM',
      { domain: 'sofa.config', app: 'crpc-client', attribute: 'downgradeRule', serviceId: '' },
    ],
    [
      'Alipay.python-client:name=com.alipay.sofa.middleware.mesh.drm.security.TLSRules,version=3.0@DRM',
      { className: 'com.alipay.sofa.middleware.mesh.drm.security', attribute: 'TLSRules' },
    ],
  ])('%s', (text, parts) => {
    const id = parseDrmDataId(text);
    expect(id).toMatchObject(parts);
    expect(formatDrmDataId(id)).toBe(text);
  });

  test('of a service decodes to the service', () => {
    const text = ruleDataId('ROUTE', 'details.bookinfo:9080@Http1');
    expect(text).toBe(
      'sofa.config:name=com.alipay.sofa.middleware.servicegov.services.details.bookinfo%3A9080%40Http1.routeRule,version=3.0@DRM',
    );
    expect(parseDrmDataId(text)).toMatchObject({ serviceId: 'details.bookinfo:9080@Http1', app: '' });
    expect(ruleTypeOf(text)).toBe('ROUTE');
  });

  test('of every app', () => {
    const text = ruleDataId('LIMIT', '*');
    expect(text).toContain('.apps.__all__.flowControlRule,');
    expect(ruleTypeOf(text)).toBe('LIMIT');
    expect(ruleTypeOf('Alipay.a:name=com.x.flowControlRule,version=3.0@DRM')).toBe(null);
  });

  const CLASS = 'com.alipay.sofa.middleware.servicegov.apps.';
  test.each<[string, number]>([
    ['', 0],
    ['sofa.config', 11],
    ['sofa.config:nam=a.b,version=3.0@DRM', 11],
    ['sofa.konfig:name=a.b,version=3.0@DRM', 0],
    ['Alipay.:name=a.b,version=3.0@DRM', 7],
    ['Alipay.a b:name=a.b,version=3.0@DRM', 8],
    [`Alipay.${'a'.repeat(129)}:name=a.b,version=3.0@DRM`, 135],
    ['sofa.config:name=a.b', 20],
    ['sofa.config:name=a.b,version=2.0@DRM', 20],
    ['sofa.config:name=a.b,version=3.0@drm', 20],
    ['sofa.config:name=,version=3.0@DRM', 17],
    ['sofa.config:name=b,version=3.0@DRM', 18],
    ['sofa.config:name=.b,version=3.0@DRM', 17],
    ['sofa.config:name=a.,version=3.0@DRM', 19],
    ['sofa.config:name=a..c.b,version=3.0@DRM', 18],
    ['sofa.config:name=a b.c,version=3.0@DRM', 18],
    ['sofa.config:name=a%zz.c,version=3.0@DRM', 18],
    [`sofa.config:name=${CLASS}.flowControlRule,version=3.0@DRM`, 60],
    [`sofa.config:name=${CLASS}a$b.flowControlRule,version=3.0@DRM`, 61],
    ['sofa.config:name=com.alipay.sofa.middleware.servicegov.services.a%4.routeRule,version=3.0@DRM', 65],
    ['sofa.config:name=com.alipay.sofa.middleware.servicegov.services.%FF.routeRule,version=3.0@DRM', 64],
    [`sofa.config:name=${'a'.repeat(2100)}.b,version=3.0@DRM`, 2048],
  ])('%s is refused at %i', (text, position) => {
    expect(positionOf(parseDrmDataId, text)).toBe(position);
  });
});
