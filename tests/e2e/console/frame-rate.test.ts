/** The topology of 300 nodes while it is dragged: frames are counted and reported. */
import { CONSOLE_DIRECTORY } from '@weft/console';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FixtureServer } from './fixture-server.ts';
import { keepPicture, openBrowser, openStage, settle } from './stage.ts';

let browser: Browser;
let server: FixtureServer;

beforeAll(async () => {
  browser = await openBrowser();
  server = new FixtureServer(CONSOLE_DIRECTORY);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

it('moves 300 nodes', async () => {
  server.state.loggedIn = true;
  server.state.nodes = 300;
  const { page, context, complaints } = await openStage(browser, await server.listen(), 'en', 1280, true);
  await page.goto('/topology');
  const graph = page.getByRole('img', { name: /Graph of 300 nodes/ });
  await graph.locator('canvas').first().waitFor();
  await settle(page);
  await keepPicture(page, 'topology-300-en-1280');
  const box = await graph.boundingBox();
  if (box === null) throw new Error('the graph has no size');
  const from = { x: box.x + 40, y: box.y + box.height - 30 };
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.evaluate(() => {
    const state = { frames: 0, begin: performance.now(), end: 0, stop: false };
    (globalThis as unknown as { pan: typeof state }).pan = state;
    const count = (): void => {
      state.frames += 1;
      state.end = performance.now();
      if (!state.stop) requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  });
  for (let step = 0; step < 120; step += 1) {
    await page.mouse.move(from.x + 200 * Math.sin(step / 10), from.y - 100 + 100 * Math.cos(step / 10));
  }
  const { frames, ms } = await page.evaluate(() => {
    const { pan } = globalThis as unknown as { pan: { frames: number; begin: number; end: number; stop: boolean } };
    pan.stop = true;
    return { frames: pan.frames, ms: pan.end - pan.begin };
  });
  await page.mouse.up();
  await settle(page);
  await keepPicture(page, 'topology-300-moved-en-1280');
  console.log(
    `300 nodes, panning: ${((1000 * frames) / ms).toFixed(1)} frames/s (${frames} frames in ${ms.toFixed(0)} ms)`,
  );
  expect(frames).toBeGreaterThan(10);
  expect(complaints).toEqual([]);
  await context.close();
});
