/** Every page in one language, at both widths: filled, without a complaint of the browser, no wider than the window, accessible. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onFixtures } from './on-fixtures.ts';
import { PAGES } from './pages.ts';
import {
  expectAccessible,
  expectNoOverflow,
  keepPicture,
  type Language,
  openStage,
  resize,
  type Stage,
  settle,
  WIDTHS,
} from './stage.ts';

/** The tests of one language; each has a file of its own, so that both run at once. */
export function judgePages(language: Language): void {
  const fixtures = onFixtures();

  describe(`the console in ${language === 'en' ? 'English' : 'Chinese'}`, () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await openStage(fixtures.browser, fixtures.base, language, WIDTHS[0], true);
    });
    afterAll(() => stage?.context.close());

    it.each(PAGES)('shows $name', async ({ name, path, ready, act, refused }) => {
      const { page, complaints } = stage;
      complaints.length = 0;
      await page.goto(path);
      await ready(page, language);
      await act?.(page, language);
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(language === 'en' ? 'en' : 'zh-CN');
      expect(await page.title()).toMatch(/^\S.* · Weft$/);
      // Texts are put together: a Chinese stop brings its own room.
      const shown = (await page.locator('body').textContent()) ?? '';
      expect(shown.match(/.{0,20}[。！？；：][ \u00a0]+\S.{0,20}/gu)).toBeNull();
      // One visit for all widths: what a page says does not depend on them.
      for (const width of WIDTHS) {
        await resize(page, width);
        await settle(page);
        await keepPicture(page, `${name}-${language}-${width}`);
        await expectNoOverflow(page);
        await expectAccessible(page);
      }
      await resize(page, WIDTHS[0]);
      const meant = `status of ${refused}`;
      expect(complaints.filter((complaint) => refused === undefined || !complaint.includes(meant))).toEqual([]);
    });
  });
}
