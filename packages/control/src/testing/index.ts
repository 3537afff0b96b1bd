export { ADMIN_PASSWORD, type LoggedIn, startTestPlane, type TestPlane } from './test-plane.ts';
