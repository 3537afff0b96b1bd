export { createFakeClock, type FakeClock } from './fake-clock.ts';
export { ADMIN_PASSWORD, type LoggedIn, startTestPlane, type TestPlane } from './test-plane.ts';
