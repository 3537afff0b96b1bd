/// <reference lib="dom" />
/** What somebody on duty does: many at once with an answer for each, releasing, closing, comparing, looking back. */
import { expect, it } from 'vitest';
import { REVIEWS } from './fixture-data.ts';
import { onPageOfFixtures } from './on-fixtures.ts';
import { expectAccessible, keepPicture, openStage, settle } from './stage.ts';

const fixtures = onPageOfFixtures();

const dialog = () => fixtures.page.getByRole('dialog').last();
const look = async (name: string): Promise<void> => {
  await settle(fixtures.page);
  await keepPicture(fixtures.page, `${name}-en-1280`);
  await expectAccessible(fixtures.page);
};

it('says before a batch what it does to each rule, and afterwards what became of each', async () => {
  const { page } = fixtures;
  await page.goto('/rules/limit');
  await page.getByRole('checkbox', { name: 'Select row 341' }).check();
  await page.getByRole('checkbox', { name: 'Select row 342' }).check();
  await page.getByRole('button', { name: 'Switch off' }).click();
  await dialog().getByText('reviews-qps').waitFor();
  await dialog()
    .getByText(/ends at once, at \d+ prox/)
    .first()
    .waitFor();
  await look('batch-question');
  await dialog().getByRole('button', { name: 'Switch off' }).click();
  await dialog().getByText('1 of 2 done').last().waitFor();
  await dialog().getByText('promote or abort it first').waitFor();
  await look('batch-result');
  await dialog().getByRole('button', { name: 'OK' }).click();
});

it('keeps the buttons of a rule in view where the column beside the form is longer than the window', async () => {
  const { page } = fixtures;
  const usual = page.viewportSize() ?? { width: 1280, height: 800 };
  const height = 400;
  await page.goto('/rules/limit/new?app=reviews&direction=SERVER');
  await page.setViewportSize({ ...usual, height });
  await page.getByRole('button', { name: 'Cancel' }).waitFor();
  await settle(page);
  const { side, lowest } = await page.evaluate(() => ({
    side: document.querySelector('.weft-editor-side')?.getBoundingClientRect().bottom ?? 0,
    lowest: document.querySelector('.weft-editor-buttons')?.getBoundingClientRect().bottom ?? Number.POSITIVE_INFINITY,
  }));
  expect(side).toBeGreaterThan(height);
  expect(lowest).toBeLessThanOrEqual(height);
  await page.setViewportSize(usual);
});

it('keeps what is selected and where the page stands when figures are read again', async () => {
  const { page } = fixtures;
  await page.goto('/services?size=50');
  await page.goto(`/services/${encodeURIComponent(REVIEWS)}`);
  const box = page.getByRole('checkbox', { name: 'Select row 10.0.3.11:9080' });
  await box.check();
  const asked = page.waitForResponse((response) => response.url().includes('/providers?'));
  await page.evaluate(() => window.scrollTo(0, 120));
  const stood = await page.evaluate(() => window.scrollY);
  await asked;
  expect(await box.isChecked()).toBe(true);
  expect(await page.evaluate(() => window.scrollY)).toBe(stood);
});

it('disables providers with the present rate of each, asks again for the last one, and has a line for each', async () => {
  const { page } = fixtures;
  await page.goto(`/services/${encodeURIComponent(REVIEWS)}`);
  for (const host of [11, 12, 13]) await page.getByRole('checkbox', { name: `Select row 10.0.3.${host}:9080` }).check();
  await page.getByRole('region', { name: 'Providers' }).getByRole('button', { name: 'Disable' }).first().click();
  await dialog().getByText('41.3/s').waitFor();
  // One of them is disabled already.
  await dialog().getByText('Disable 2 providers?').last().waitFor();
  await dialog().getByText('nobody is left to serve this service').waitFor();
  await look('disable-question');
  await dialog().getByRole('button', { name: 'Disable' }).click();
  await page.getByText('This would leave no enabled provider').last().waitFor();
  await dialog().getByRole('button', { name: 'Disable' }).click();
  await page.getByText('1 of 2 done').last().waitFor();
  await page.getByText(`10.0.3.13:9080 does not provide ${REVIEWS}`).waitFor();
  await dialog().getByRole('button', { name: 'OK' }).click();
});

it('shows which instances are isolated and releases one, and closes a breaker', async () => {
  const { page } = fixtures;
  await page.goto('/rules/isolate');
  const panel = page.getByRole('region', { name: 'Instances that are isolated now' });
  await panel.getByText('10.0.3.12:9080').waitFor();
  await panel
    .getByRole('row', { name: /10\.0\.3\.12:9080/ })
    .getByRole('button', { name: 'Release' })
    .click();
  await dialog().getByText('productpage 10.0.3.9 calls 10.0.3.12:9080 again').waitFor();
  await dialog().getByRole('button', { name: 'Release' }).click();
  await panel.getByText('10.0.3.12:9080').waitFor({ state: 'detached' });
  await panel.getByText('10.0.3.13:9080').waitFor();
  // Judged by their own proxies: one is out for everybody, the other one too many, so that there is nothing to end.
  const out = panel.getByRole('row', { name: /10\.0\.3\.21:9080/ });
  await out.getByText('for all callers').waitFor();
  await out.getByRole('button', { name: 'Release' }).click();
  await dialog().getByText('All callers call 10.0.3.21:9080 again').waitFor();
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  const asks = panel.getByRole('row', { name: /10\.0\.3\.22:9080/ });
  await asks.getByText('1 of at most 1 instances of reviews are isolated').waitFor();
  expect(await asks.getByRole('button', { name: 'Release' }).count()).toBe(0);
  fixtures.server.state.isolated = [];
  await page.reload();
  await panel.getByText('No instance is isolated. 4 proxies asked.').waitFor();

  await page.goto('/rules/fuse');
  const breakers = page.getByRole('region', { name: 'Breakers that are open now' });
  await breakers.getByText('Open', { exact: true }).waitFor();
  // Closed ones are no news.
  expect(await breakers.getByRole('button', { name: 'Close' }).count()).toBe(1);
  await breakers.getByRole('button', { name: 'Close' }).click();
  const sent = page.waitForRequest((request) => request.url().endsWith('/rules/fuse/breakers:reset'));
  await dialog().getByRole('button', { name: 'Close', exact: true }).last().click();
  expect((await sent).postDataJSON()).toMatchObject({ proxyId: 'weft-reviews-1', resource: `${REVIEWS}:i:r` });
});

it('sets the level of a log at several proxies, with an answer of each', async () => {
  const { page } = fixtures;
  await page.goto('/proxies');
  await page.getByRole('checkbox', { name: 'Select row proxy-6' }).check();
  await page.getByRole('checkbox', { name: 'Select row proxy-8' }).check();
  await page.getByRole('button', { name: 'Set log level (2)' }).click();
  await page.getByRole('combobox', { name: 'Log', exact: true }).fill('fuse.log');
  await page.keyboard.press('Escape');
  const sent = page.waitForRequest((request) => request.url().endsWith('/sidecars:loglevel'));
  await dialog().getByRole('button', { name: 'Set', exact: true }).click();
  expect((await sent).postDataJSON()).toEqual({
    proxyIds: ['proxy-6', 'proxy-8'],
    log: 'fuse.log',
    level: 'DEBUG',
    minutes: 10,
  });
  await page.getByText('1 of 2 done').last().waitFor();
  await page.getByText('proxy proxy-8 is not connected').waitFor();
});

it('has in its address which columns are shown, what is compared, and what rests', async () => {
  const { page } = fixtures;
  await page.goto('/services');
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Protocol' }).uncheck();
  await page.waitForURL(/columns=/);
  const other = await openStage(fixtures.browser, fixtures.base, 'en', 1280, true);
  await other.page.goto(page.url());
  await other.page.getByRole('columnheader', { name: 'App' }).waitFor();
  expect(await other.page.getByRole('columnheader', { name: 'Protocol' }).count()).toBe(0);
  await other.page.getByRole('button', { name: 'Stop refreshing' }).click();
  await other.page.waitForURL(/paused=true/);
  await other.context.close();
  await page.goto('/proxies?proxy=proxy-4&tab=config&with=proxy-5');
  await page.getByText('2 places differ.').waitFor();
});

it('looks at the past from one instant to another, in UTC when wanted, and refuses more than a week', async () => {
  const { page } = fixtures;
  await page.goto('/topology?view=list');
  await page.getByRole('button', { name: 'User menu of Administrator' }).click();
  await page.getByRole('menuitem', { name: 'Times in UTC' }).click();
  const range = page.getByRole('combobox', { name: 'Time range' });
  await range.click();
  await page.getByTitle('From … to …').click();
  await dialog().getByLabel('From').fill('2026-01-01T00:00:00');
  await dialog().getByLabel('To').fill('2026-01-09T00:00:00');
  await dialog().getByText('not more than 7 days').waitFor();
  expect(await dialog().getByRole('button', { name: 'OK' }).isDisabled()).toBe(true);
  await dialog().getByLabel('To').fill('2026-01-02T00:00:00');
  const asked = page.waitForRequest((request) => request.url().includes('/monitor/topology?'));
  await dialog().getByRole('button', { name: 'OK' }).click();
  const { searchParams } = new URL((await asked).url());
  expect([searchParams.get('start'), searchParams.get('end')]).toEqual([
    '2026-01-01T00:00:00.000Z',
    '2026-01-02T00:00:00.000Z',
  ]);
  expect(new URL(page.url()).searchParams.get('start')).toContain('2026-01-01T00:00:00.000Z');
  await page
    .getByText(/01\/01\/2026, 00:00:00 UTC/)
    .first()
    .waitFor();
});
