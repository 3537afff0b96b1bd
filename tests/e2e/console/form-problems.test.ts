/// <reference lib="dom" />
/** What is wrong with a rule stands at its field, once; the first such field is shown, and what was meant is offered. */
import { expect, it } from 'vitest';
import { onPageOfFixtures } from './on-fixtures.ts';
import { expectAccessible, keepPicture, settle } from './stage.ts';

const REVIEWS = 'reviews.bookinfo:9080@Http1';

const fixtures = onPageOfFixtures();

const field = (label: string) =>
  fixtures.page.locator('.weft-field', { has: fixtures.page.locator('.weft-field-label', { hasText: label }) });

it('marks the service that the server refuses, says it once, and puts in the one that was meant', async () => {
  const { page } = fixtures;
  await page.goto('/rules/limit/new');
  await page.getByRole('switch', { name: 'Type apps and services instead of choosing' }).click();
  await field('Rule name').locator('input').fill(' wrong-service');
  await field("Server's app").locator('input').fill('reviws');
  await field("Server's services").locator('input').fill('reviews.bookinfo');
  await page.keyboard.press('Enter');
  await field('Threshold').locator('input').fill('10');
  await page.getByRole('button', { name: 'Submit', exact: true }).click();

  const problem = field("Server's services").locator('.weft-field-problem');
  await problem.filter({ hasText: 'not the id of a service' }).waitFor();
  await page.waitForFunction(() => document.activeElement?.closest('.weft-field')?.textContent?.includes('services'));
  await page.getByText('1 field is empty or wrong.').waitFor();
  expect(await page.getByText('not the id of a service').count()).toBe(1);
  expect(await page.getByText('Some values cannot be taken').count()).toBe(0);
  expect(await page.getByText('Request id').count()).toBe(0);
  expect(await page.getByText('/services/0').count()).toBe(0);
  await settle(page);
  await keepPicture(page, 'form-problem-en-1280');
  await expectAccessible(page);

  await field("Server's app").getByText('reviws is not known here yet').waitFor();
  await page.getByRole('button', { name: 'Did you mean reviews?' }).click();
  await page.getByRole('button', { name: `Did you mean ${REVIEWS}?` }).click();
  await problem.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await expect
    .poll(() => fixtures.server.state.rules.at(-1), { timeout: 20_000 })
    .toMatchObject({
      name: 'wrong-service',
      app: 'reviews',
      services: [REVIEWS],
    });
});

it('goes to the first of the fields that are empty', async () => {
  const { page } = fixtures;
  await page.goto('/rules/limit/new');
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await field('Rule name').locator('.weft-field-problem').waitFor();
  await page.waitForFunction(() => document.activeElement?.closest('.weft-field')?.textContent?.includes('Rule name'));
});

it('says of a threshold of 0 that it refuses all, and of an empty condition that a value is needed', async () => {
  const { page } = fixtures;
  await page.goto('/rules/limit/new');
  await field('Threshold').locator('input').fill('0');
  await field('Threshold').getByText('the rule refuses every request').waitFor();
  await page.getByRole('button', { name: 'Add condition' }).click();
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.locator('.weft-condition-body .weft-field-problem').getByText('This is needed.').waitFor();
});

it.each([
  ['isolate', 'Statistics window', '1', 'Must be above 1, at most 60 s.'],
  ['isolate', 'Error ratio', '0', 'Must be above 0, at most 100 %.'],
  ['fuse', 'Threshold', '150', 'Must be above 0, at most 100 %.'],
  ['downgrade', 'HTTP status', '100', 'Must be 0, or between 400 and 599.'],
])('says at the field the bounds that hold: %s, %s, %s', async (segment, label, typed, wanted) => {
  const { page } = fixtures;
  await page.goto(`/rules/${segment}/new`);
  const input = field(label).first().locator('input').first();
  await input.fill(typed);
  await input.blur();
  await field(label).first().locator('.weft-field-problem').getByText(wanted).waitFor();
  expect(await input.inputValue()).toBe(typed);
});
