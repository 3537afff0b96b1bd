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
  /** Paths of the files in which something failed. */
  readonly failedFiles: readonly string[];
  /** Failures of files that passed when they ran once more, alone. */
  readonly unstable: readonly string[];
}

export const NO_TESTS: TestSummary = {
  files: 0,
  passed: 0,
  failed: 0,
  skipped: 0,
  failures: [],
  failedFiles: [],
  unstable: [],
};

export function summarize(report: VitestReport): TestSummary {
  let failed = report.numFailedTests;
  const failures: string[] = [];
  const failedFiles: string[] = [];
  for (const file of report.testResults) {
    const broken = file.assertionResults.filter(({ status }) => status === 'failed');
    for (const { fullName, failureMessages } of broken) {
      failures.push(`${file.name}: ${fullName}\n${failureMessages?.[0] ?? ''}`.trimEnd());
    }
    if (file.status === 'failed' || broken.length > 0) failedFiles.push(file.name);
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
  const passed = report.numPassedTests;
  return { files: report.testResults.length, passed, failed, skipped, failures, failedFiles, unstable: [] };
}

/**
 * What a run says after its failed files ran once more, alone.
 *
 * A file that fails again stays failed, with its second result; one that passes is counted as passed and named as unstable.
 */
export function afterSecondRun(first: TestSummary, second: TestSummary): TestSummary {
  const again = new Set(second.failedFiles);
  const passedNow = first.failedFiles.filter((file) => !again.has(file));
  const of = (files: readonly string[]) => (failure: string) => files.some((file) => failure.startsWith(`${file}:`));
  // A file's tests that passed the first time run again with it, so only what had failed changes sides.
  const failed = second.failed;
  return {
    ...first,
    passed: first.passed + Math.max(0, first.failed - failed),
    failed,
    failures: second.failures,
    failedFiles: second.failedFiles,
    unstable: [...first.unstable, ...first.failures.filter(of(passedNow))],
  };
}

export function addSummaries(summaries: readonly TestSummary[]): TestSummary {
  return summaries.reduce(
    (sum, next) => ({
      files: sum.files + next.files,
      passed: sum.passed + next.passed,
      failed: sum.failed + next.failed,
      skipped: sum.skipped + next.skipped,
      failures: [...sum.failures, ...next.failures],
      failedFiles: [...sum.failedFiles, ...next.failedFiles],
      unstable: [...sum.unstable, ...next.unstable],
    }),
    NO_TESTS,
  );
}

/** The line that everything which reads test results looks for. */
export function resultLine({ passed, failed }: TestSummary): string {
  return `${passed} passed, ${failed} failed`;
}
