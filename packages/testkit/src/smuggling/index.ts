export type { DowngradeCase, Expected, RequestCase, ResponseCase, SmugglingCase } from './case.ts';
export { SMUGGLING_CASES } from './smuggling-cases.ts';
