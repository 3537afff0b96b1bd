/** The part of vitest's JSON report that is read here. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

export interface TestSummary {
  readonly files: number;
  readonly passed: number;
  /** Failed tests, and files that failed without one: they did not load, or a hook threw. */
  readonly failed: number;
  readonly skipped: number;
  /** One line or more for each failure. */
  readonly failures: readonly string[];
}

export const NO_TESTS: TestSummary = { files: 0, passed: 0, failed: 0, skipped: 0, failures: [] };

export function summarize(report: VitestReport): TestSummary {
  let failed = report.numFailedTests;
  const failures: string[] = [];
  for (const file of report.testResults) {
    const broken = file.assertionResults.filter(({ status }) => status === 'failed');
    for (const { fullName, failureMessages } of broken) {
      failures.push(`${file.name}: ${fullName}\n${failureMessages?.[0] ?? ''}`.trimEnd());
    }
    if (file.status === 'failed' && broken.length === 0) {
      failed++;
      failures.push(`${file.name}: ${file.message}`);
    }
  }
  // An error outside of any test, such as an unhandled rejection, fails the run and belongs to nobody.
  if (!report.success && failed === 0) {
    failed = 1;
    failures.push('the run failed outside of its tests; see the output above');
  }
  const skipped = report.numPendingTests + report.numTodoTests;
  return { files: report.testResults.length, passed: report.numPassedTests, failed, skipped, failures };
}

export function addSummaries(summaries: readonly TestSummary[]): TestSummary {
  return summaries.reduce(
    (sum, next) => ({
      files: sum.files + next.files,
      passed: sum.passed + next.passed,
      failed: sum.failed + next.failed,
      skipped: sum.skipped + next.skipped,
      failures: [...sum.failures, ...next.failures],
    }),
    NO_TESTS,
  );
}

/** The line that everything which reads test results looks for. */
export function resultLine({ passed, failed }: TestSummary): string {
  return `${passed} passed, ${failed} failed`;
}
