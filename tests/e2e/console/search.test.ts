/// <reference lib="dom" />
/** One search over everything, from every page, without a mouse. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REVIEWS } from './fixture-data.ts';
import { TRACE } from './fixture-records.ts';
import { onFixtures } from './on-fixtures.ts';
import { LANGUAGES, openStage, type Stage } from './stage.ts';

const WORDS = {
  en: {
    search: 'Search everything',
    short: 'Type at least 2 characters.',
    more: '21 more.',
    list: 'All services',
    rule: 'Try on the last 10 minutes',
  },
  zh: {
    search: '全局搜索',
    short: '请至少输入 2 个字符。',
    more: '还有 21 条。',
    list: '全部服务',
    rule: '用最近 10 分钟的请求试算',
  },
};

const fixtures = onFixtures();

for (const language of LANGUAGES) {
  describe(`the search in ${language === 'en' ? 'English' : 'Chinese'}`, () => {
    const words = WORDS[language];
    let stage: Stage;
    beforeAll(async () => {
      stage = await openStage(fixtures.browser, fixtures.base, language, 1280, true);
    });
    afterAll(() => stage?.context.close());

    const field = () => stage.page.getByRole('combobox', { name: words.search });
    const hits = () => stage.page.locator('.weft-search-hit');
    /** The list of the search before may still be leaving. */
    const opened = () => stage.page.getByRole('combobox', { name: words.search, expanded: true }).waitFor();
    /** Types after a slash, and waits for a hit. */
    const find = async (text: string, hit: string): Promise<void> => {
      await stage.page.keyboard.press('/');
      await stage.page.keyboard.type(text);
      await opened();
      await hits().getByText(hit, { exact: true }).first().waitFor();
    };

    it('is reached by a slash and leads to a service, its rule and a request by the keyboard alone', async () => {
      const { page } = stage;
      await page.goto('/topology');
      await field().waitFor();
      await find('reviews', REVIEWS);
      expect(await field().evaluate((element) => element === document.activeElement)).toBe(true);
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/services/${encodeURIComponent(REVIEWS)}`);
      expect(await field().inputValue()).toBe('');

      await find('reviews-q', 'reviews-qps');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/rules/limit/341');
      // Who leaves while its files are on their way breaks them off, and the page reloads, as it does after an update.
      await page.getByText(words.rule).first().waitFor();

      await page.goto('/topology');
      await field().waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type(TRACE);
      await opened();
      await hits().getByText(TRACE).waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => url.pathname === '/explain' && url.search.includes(TRACE));
      expect(stage.complaints).toEqual([]);
    });

    it('keeps what is typed while the page of the hit before is being fetched', async () => {
      const { page } = stage;
      await page.goto('/topology');
      await field().waitFor();
      await find('reviews-q', 'reviews-qps');
      const { promise: arrival, resolve: arrive } = Promise.withResolvers<void>();
      let held = 0;
      const ofRule = /rules\/limit\/341|rule-page/;
      await page.route(ofRule, async (route) => {
        held++;
        await arrival;
        await route.continue();
      });
      await page.keyboard.press('Enter');
      await page.waitForURL('**/rules/limit/341');
      await expect.poll(() => held, { timeout: 20_000 }).toBeGreaterThan(0);
      await page.keyboard.press('/');
      for (const letter of 'ratings') {
        await page.keyboard.press(letter);
        // The page comes in the middle of the word.
        if (letter !== 't') continue;
        arrive();
        await page.getByRole('heading', { level: 1 }).getByText('reviews-qps').waitFor();
      }
      await page.unroute(ofRule);
      expect(await field().inputValue()).toBe('ratings');
      expect(await field().evaluate((element) => element === document.activeElement)).toBe(true);
      await hits().getByText('ratings').first().waitFor();
      await page.keyboard.press('Escape');
      await field().fill('');
    });

    it('takes Enter for the first hit, whether it is there or still to come', async () => {
      const { page } = stage;
      await page.goto('/topology');
      await field().waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('reviews-q');
      // Before the field has even asked.
      await page.keyboard.press('Enter');
      await page.waitForURL('**/rules/limit/341');
      expect(await field().inputValue()).toBe('');

      await page.goto('/topology');
      await field().waitFor();
      // In the moment in which the hits are there, and nothing else has run.
      await field().evaluate((input) => {
        new MutationObserver((_changes, observer) => {
          if (document.querySelector('.weft-search-hit') === null) return;
          observer.disconnect();
          input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
        }).observe(document.body, { childList: true, subtree: true });
      });
      await page.keyboard.press('/');
      await page.keyboard.type('reviews-q');
      await page.waitForURL('**/rules/limit/341');
      expect(await field().inputValue()).toBe('');
    });

    it('does not take Enter for something else when the word goes on', async () => {
      const { page } = stage;
      await page.goto('/topology');
      await field().waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('reviews-q');
      await page.keyboard.press('Enter');
      await page.keyboard.type('zzz');
      await page.locator('.weft-search-said').waitFor();
      await expect.poll(() => page.url()).toMatch(/\/topology$/);
      await page.keyboard.press('Escape');
      await field().fill('');
    });

    it('finds a proxy by its address and opens it', async () => {
      const { page } = stage;
      await page.goto('/services');
      await field().waitFor();
      await find('10.0.3.11', 'weft-reviews-4');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/proxies?proxy=proxy-4');
      await page.getByRole('dialog').waitFor();
    });

    it('asks for more than one letter, and sends what is too many to the list', async () => {
      const { page } = stage;
      await page.goto('/topology');
      await field().waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('s');
      await page.getByText(words.short).waitFor();
      await field().fill('service');
      await page.getByText(words.more).click();
      await page.waitForURL('**/services?keyword=service');
    });

    it('leaves a slash to the field that it is typed into', async () => {
      const { page } = stage;
      await page.goto('/services');
      const filter = page.locator('.weft-table input').first();
      await filter.fill('');
      await filter.pressSequentially('a/b');
      expect(await filter.inputValue()).toBe('a/b');
    });
  });
}
