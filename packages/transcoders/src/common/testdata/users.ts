/** A mapping as it is written, for tests of every pair with HTTP. */
export const USERS = {
  service: 'com.x.UserService',
  version: '1.0',
  target: 'user-center@springcloud',
  methods: {
    'getUser(long)': { httpMethod: 'GET', path: '/users/{0}', resultType: 'com.x.User' },
    'find(java.lang.String,int)': {
      httpMethod: 'GET',
      path: '/users',
      query: { name: '{0}', page: '{1}' },
      resultType: 'java.util.List<com.x.User>',
    },
    'createUser(com.x.User)': {
      path: '/users',
      body: '0',
      resultType: 'com.x.User',
      errors: { '409': 'com.x.DuplicateUserException' },
    },
    'all(java.lang.Object,java.lang.Object)': { path: '/all' },
  },
  types: { 'com.x.User': { id: 'long', born: 'java.util.Date', price: 'java.math.BigDecimal' } },
};
