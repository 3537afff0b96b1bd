/// <reference lib="dom" />
/** What comes stands at once where it will be pressed: what still moves is elsewhere when the button of the mouse comes up. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, it, test } from 'vitest';
import * as data from './fixture-data.ts';
import { onPageOfFixtures } from './on-fixtures.ts';

/** More than the longest way that anything of the library took to come. */
const FRAMES = 40;
const LAST = 'the-last-rule';
const fixtures = onPageOfFixtures();

beforeAll(() => {
  const rules = fixtures.server.state.rules;
  rules.push({ ...structuredClone(data.rules[0]!), name: LAST, ruleDbId: 404, rollout: null });
});

/** The menu of the last row has no room below it, and opens upwards. */
const openMenu = async (page: Page): Promise<void> => {
  await page.goto('/rules/limit');
  await page.getByRole('button', { name: `More actions for ${LAST}` }).click();
};

/** Every place in which the last that fits a selector is drawn, in the order of frames, while `act` makes it come and after. */
async function placesOf(page: Page, selector: string, act: () => Promise<unknown>): Promise<readonly string[]> {
  const drawn = page.evaluate(
    ([wanted, frames]) =>
      new Promise<string[]>((resolve) => {
        const places: string[] = [];
        let left = frames;
        const look = (): void => {
          const box = [...document.querySelectorAll(wanted)].at(-1)?.getBoundingClientRect();
          if (box !== undefined && box.width > 0) {
            const place = [box.x, box.y, box.width, box.height].map(Math.round).join(' ');
            if (places.at(-1) !== place) places.push(place);
            left--;
          }
          if (left > 0) requestAnimationFrame(look);
          else resolve(places);
        };
        look();
      }),
    [selector, FRAMES] as const,
  );
  const [places] = await Promise.all([drawn, act()]);
  return places;
}

test.each([
  [
    'a menu',
    '.ant-dropdown [role=menuitem]',
    (page: Page) => page.getByRole('button', { name: `More actions for ${LAST}` }).click(),
  ],
  [
    'a list to choose from',
    '.ant-select-dropdown .ant-select-item-option',
    (page: Page) =>
      page
        .locator('.ant-select')
        .filter({ has: page.getByRole('combobox', { name: 'Direction' }) })
        .click(),
  ],
  [
    'a question',
    '.ant-modal .ant-btn-primary',
    (page: Page) => page.getByRole('switch', { name: `State of ${LAST}` }).click(),
  ],
  [
    'a drawer',
    '.ant-drawer-close',
    (page: Page) => page.getByRole('row').last().getByRole('button', { name: '/' }).first().click(),
  ],
])('%s', async (_, selector, act) => {
  const { page } = fixtures;
  await page.goto('/rules/limit');
  await page.getByRole('link', { name: LAST }).waitFor();
  const places = await placesOf(page, selector, () => act(page));
  expect(places, places.join('; ')).toHaveLength(1);
});

it('takes a press that begins in the first frame of a menu and ends long after', async () => {
  const { page } = fixtures;
  await openMenu(page);
  const box = await page.getByRole('menuitem', { name: 'History' }).boundingBox();
  if (box === null) throw new Error('the menu is not drawn');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.evaluate(
    (frames) =>
      new Promise<void>((resolve) => {
        const wait = (left: number): void => {
          if (left === 0) resolve();
          else requestAnimationFrame(() => wait(left - 1));
        };
        wait(frames);
      }),
    FRAMES,
  );
  await page.mouse.up();
  await page.getByRole('button', { name: 'Roll back to this' }).first().waitFor();
});
