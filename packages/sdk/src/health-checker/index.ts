export {
  defineHealthChecker,
  type HealthChecker,
  type HealthProbe,
  type HealthResult,
  type HealthTarget,
} from './health-checker.ts';
