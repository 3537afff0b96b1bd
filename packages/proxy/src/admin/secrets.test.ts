import { expect, it } from 'vitest';
import { maskVariable } from './secrets.ts';

it('shows a variable only where its name is known to be harmless', () => {
  expect(maskVariable('PATH', '/bin')).toBe('/bin');
  expect(maskVariable('POD_NAME', 'a')).toBe('a');
  expect(maskVariable('HTTPS_PROXY', 'http://u:p@proxy:3128')).toBe('http://***@proxy:3128');
  for (const name of ['DB_PASS', 'GITHUB_PAT', 'SOFA_TOKEN', 'WEFT_SECRET', 'SOMETHING_NEW', 'DATABASE_URL'])
    expect(maskVariable(name, 'value')).toBe('***');
});
