/** The service of the applications, and how it looks over HTTP. */
export const SERVICE = 'org.example.orders.OrderService';
const ORDER = 'org.example.orders.Order';
export const SOLD_OUT = 'org.example.orders.OutOfStockException';

/** How the orders look over HTTP, as the Spring application has them. */
export const ORDERS = {
  service: SERVICE,
  target: 'orders@springcloud',
  methods: {
    'echo(java.lang.String)': {
      httpMethod: 'GET',
      path: '/echo',
      query: { text: '{0}' },
      resultType: 'java.lang.String',
    },
    'plus(int,int)': { httpMethod: 'GET', path: '/plus', query: { a: '{0}', b: '{1}' }, resultType: 'int' },
    [`confirm(${ORDER})`]: { path: '/confirm', body: '0', resultType: ORDER },
    [`group(java.util.List<${ORDER}>)`]: {
      path: '/group',
      body: '0',
      resultType: `java.util.Map<java.lang.String,java.util.List<${ORDER}>>`,
    },
    'size(java.lang.String)': {
      path: '/size',
      body: '0',
      headers: { 'content-type': 'text/plain' },
      resultType: 'int',
    },
    'large(int)': { httpMethod: 'GET', path: '/large', query: { length: '{0}' }, resultType: 'java.lang.String' },
    'fail(java.lang.String)': {
      httpMethod: 'GET',
      path: '/fail',
      query: { message: '{0}' },
      resultType: 'java.lang.String',
      errors: { '409': SOLD_OUT },
    },
    'slow(int)': { httpMethod: 'GET', path: '/slow', query: { millis: '{0}' }, resultType: 'java.lang.String' },
    'attachment(java.lang.String)': {
      httpMethod: 'GET',
      path: '/attachment',
      query: { name: '{0}' },
      headers: { color: 'attachments.color' },
      resultType: 'java.lang.String',
    },
  },
  types: {
    [ORDER]: {
      id: 'long',
      price: 'java.math.BigDecimal',
      weight: 'double',
      created: 'java.util.Date',
      signature: 'byte[]',
      state: `${ORDER}$State`,
      parts: `java.util.List<${ORDER}>`,
      parent: ORDER,
    },
  },
};
/** What nobody had to say of a service for HTTP callers: its version and its group, and the types of the fields. */
export const provided = (version: string, group: string): object => ({ ...ORDERS, version, group });
