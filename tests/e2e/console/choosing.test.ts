/// <reference lib="dom" />
/** Lists to choose from take nothing that nobody chose; a file of another type is sent to its page; refusals say of when they are. */
import { expect, it } from 'vitest';
import { onPageOfFixtures } from './on-fixtures.ts';
import { expectAccessible, keepPicture, resize, settle } from './stage.ts';

const REVIEWS = 'reviews.bookinfo:9080@Http1';

const fixtures = onPageOfFixtures();

const chosen = (): Promise<string[]> =>
  fixtures.page
    .locator('.weft-field', { has: fixtures.page.getByRole('combobox', { name: "Server's services" }) })
    .locator('.ant-select-selection-item')
    .allInnerTexts();

it('takes nothing by the tab key, a known service before what was typed, and all services only when asked', async () => {
  const { page } = fixtures;
  await page.goto('/rules/limit/new?app=reviews&direction=SERVER');
  const services = page.getByRole('combobox', { name: "Server's services" });
  await services.press('ArrowDown');
  await page.locator('.ant-select-dropdown:visible').getByTitle('* (every service)').waitFor();
  await page.keyboard.press('Escape');
  await services.click();
  await page.locator('.ant-select-dropdown:visible').waitFor();
  expect(await page.locator('.ant-select-dropdown:visible .ant-select-item-option-active').count()).toBe(0);
  await page.keyboard.press('Tab');
  await page.locator('.ant-select-dropdown:visible').waitFor({ state: 'hidden' });
  expect(await chosen()).toEqual([]);

  await services.fill('book');
  const list = page.locator('.ant-select-dropdown:visible');
  await list.getByText('Use "book" as typed').waitFor();
  expect(await list.locator('.ant-select-item-option-active').textContent()).toBe(REVIEWS);
  await settle(page);
  await keepPicture(page, 'choosing-en-1280');
  await page.keyboard.press('Tab');
  expect(await chosen()).toEqual([]);
  await services.fill('book');
  await page.keyboard.press('Enter');
  expect(await chosen()).toEqual([REVIEWS]);

  await services.fill('book');
  await list.getByText('Use "book" as typed').click();
  expect(await chosen()).toEqual([REVIEWS, 'book']);
  await page.getByText('book is not known here yet').waitFor();
  await list.getByTitle('* (every service)').click();
  expect(await chosen()).toEqual(['* (every service)']);
  await page.getByText('The rule acts on every service of the app').waitFor();
  await page.keyboard.press('Escape');
  await settle(page);
  await keepPicture(page, 'choosing-all-en-1280');
  await expectAccessible(page);
});

it('says which page takes a file of another type', async () => {
  const { page } = fixtures;
  await page.goto('/rules/limit?dialog=import');
  await page.getByRole('dialog').waitFor();
  const file = { format: 'weft-rules/v1', type: 'FUSE', rules: [{ name: 'a', app: 'b' }] };
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'rules.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(file)) });
  await page.getByText('This file holds rules of another type: Circuit breaking.').waitFor();
  expect(await page.getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true);
  await settle(page);
  await keepPicture(page, 'import-other-type-en-1280');
  await page.getByRole('link', { name: 'Go to Circuit breaking' }).click();
  await page.getByRole('heading', { name: 'Circuit breaking', level: 1 }).waitFor();
});

it('says how many were refused in which time, not that somebody is refusing now', async () => {
  const { page } = fixtures;
  await page.goto('/topology?view=list');
  await page
    .getByText(/^refused [\d,]+ in 15\smin$/)
    .first()
    .waitFor();
  expect(await page.getByText('Refusing', { exact: true }).count()).toBe(0);
});

it('draws the graph as high as the window when that grows', async () => {
  const { page } = fixtures;
  await page.goto('/topology');
  const graph = page.getByRole('img', { name: /^Graph of/ });
  await graph.locator('canvas').first().waitFor();
  await resize(page, 1920);
  await page.waitForFunction(() => (document.querySelector('.weft-graph-canvas canvas')?.clientHeight ?? 0) > 800);
  await settle(page);
  await keepPicture(page, 'topology-grown-en-1920');
});
