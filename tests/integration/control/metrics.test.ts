import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

let plane: TestPlane;
beforeAll(async () => {
  plane = await startTestPlane();
});
afterAll(() => plane.stop());

test.each([
  ['text/plain', /^text\/plain; version=0\.0\.4/, '# TYPE weft_distribution_pushes_total counter', false],
  ['application/openmetrics-text', /^application\/openmetrics-text/, '# TYPE weft_distribution_pushes counter', true],
] as const)('metrics as %s', async (accept, type, line, ends) => {
  const response = await fetch(`${plane.baseUrl}/metrics`, { headers: { accept } });
  expect(response.headers.get('content-type')).toMatch(type);
  const text = await response.text();
  expect(text.split('\n')).toContain(line);
  expect(text.split('\n')).toContain('weft_distribution_pushes_total 0');
  expect(text.trimEnd().endsWith('# EOF')).toBe(ends);
});
