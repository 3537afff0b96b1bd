/// <reference lib="dom" />
/** Everything that can be clicked can be reached with the tab key, on every page. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { onPageOfFixtures } from './on-fixtures.ts';
import { PAGES } from './pages.ts';
import { settle } from './stage.ts';

/** More presses than any page here has controls. */
const MAX_PRESSES = 260;
/** Drawers and tabs of one page share most of their controls: one of each kind is enough. */
const WALKED = ['services', 'service-providers', 'rules', 'rule-history', 'rule-new', 'rule-json', 'topology'] as const;
const ALSO = ['topology-list', 'topology-edge', 'proxies', 'proxy', 'explain', 'audit'] as const;

const fixtures = onPageOfFixtures();

/**
 * Walks through the page once; names what stands there to be used and was never in focus. Behind its end the page begins
 * again: from there a browser goes on to its own buttons and comes back when it likes, between any two keys.
 */
async function unreachable(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    const state = { again: false };
    (globalThis as unknown as { walk: typeof state }).walk = state;
    const [begin, end] = ['begin', 'end'].map((name) => {
      const mark = document.createElement('span');
      mark.tabIndex = 0;
      mark.dataset['walk'] = name;
      return mark;
    }) as [HTMLElement, HTMLElement];
    document.body.prepend(begin);
    document.body.append(end);
    document.addEventListener('focusin', ({ target }) => {
      if (!(target instanceof HTMLElement) || target === begin) return;
      if (target === end) {
        begin.focus();
        return;
      }
      if (target.dataset['reached'] === '1' && target.getAttribute('aria-hidden') !== 'true') state.again = true;
      target.dataset['reached'] = '1';
    });
  });
  let again = false;
  for (let press = 0; press < MAX_PRESSES && !again; press += 10) {
    for (let i = 0; i < 10; i += 1) await page.keyboard.press('Tab');
    again = await page.evaluate(() => (globalThis as unknown as { walk: { again: boolean } }).walk.again);
  }
  expect(again, `${MAX_PRESSES} presses lead once around ${page.url()}`).toBe(true);
  return page.evaluate(() => {
    // Of a group that arrow keys move in, one member is in the order of tabs.
    const groups = '[role=tablist],[role=radiogroup],[role=menu],[role=listbox]';
    const modal = document.querySelector('.ant-drawer-open:not(.ant-drawer-inline) .ant-drawer-mask');
    const root = modal?.closest('.ant-drawer') ?? document;
    const controls = root.querySelectorAll<HTMLElement>(
      'a[href],button,input,textarea,[role=button],[role=tab],[role=switch],[role=combobox],[role=menuitem]',
    );
    const seen = (element: HTMLElement): boolean => {
      const { width, height } = element.getBoundingClientRect();
      return width > 0 && height > 0 && getComputedStyle(element).visibility !== 'hidden';
    };
    return [...controls]
      .filter((element) => seen(element) && !element.matches(':disabled,[aria-disabled=true]'))
      .filter((element) => element.closest('[aria-hidden=true]') === null)
      .filter((element) => {
        if (element.dataset['reached'] === '1') return false;
        if (element.querySelector('[data-reached]') !== null) return false;
        // The entry of the pager is in the order, not its button; arrow keys do what the steps of a number do.
        if (element.closest('li[data-reached]') !== null) return false;
        if (element.closest('.ant-input-number')?.querySelector('[data-reached]') != null) return false;
        return element.closest(groups)?.querySelector('[data-reached]') == null;
      })
      .map((element) => element.outerHTML.slice(0, 160));
  });
}

it.each([...WALKED, ...ALSO])('reaches every control of %s', async (name) => {
  const { page } = fixtures;
  const wanted = PAGES.find((known) => known.name === name);
  if (wanted === undefined) throw new Error(`no page ${name}`);
  await page.goto(wanted.path);
  await wanted.ready(page, 'en');
  await settle(page);
  // What has a number goes before everything else, the link that skips the menu included.
  const numbered = page.locator('[tabindex]:not([tabindex="0"],[tabindex^="-"])');
  await expect.poll(() => numbered.count(), { message: 'places with a number in the order', timeout: 20_000 }).toBe(0);
  expect(await unreachable(page)).toEqual([]);
  expect(await page.locator('[data-reached]').count()).toBeGreaterThan(3);
});

it('skips the menu with the first key, and opens and closes a drawer without the mouse', async () => {
  const { page } = fixtures;
  await page.goto('/proxies');
  const name = page.getByRole('button', { name: 'weft-gateway-1' });
  await name.waitFor();
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.className)).toContain('weft-skip');
  await name.focus();
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog');
  await drawer.waitFor();
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'hidden' });
  await page.locator('.weft-name:focus').waitFor();
  expect(await name.evaluate((element) => element === document.activeElement)).toBe(true);
});
