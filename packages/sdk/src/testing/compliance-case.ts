/**
 * One requirement of an interface. Suites are plain lists, so that any test runner can run them:
 *
 *     for (const { name, run } of loadBalancerCompliance({ … })) it(name, run);
 */
export interface ComplianceCase {
  readonly name: string;
  /** @throws AssertionError when the implementation does not keep the requirement */
  run(): void | Promise<void>;
}
