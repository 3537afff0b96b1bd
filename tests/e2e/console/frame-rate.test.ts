/// <reference lib="dom" />
/**
 * The topology of 300 nodes while it is dragged: at least 30 frames a second. How fast frames follow depends on what else
 * the machine does, so it is asserted in two ways.
 *
 * - On every machine: the page's own work for a frame, in CPU time of its main thread (scripts, style, layout, paint), fits
 *   into a thirtieth of a second, and nothing but the canvas works. CPU time does not run while others have the processor,
 *   so that a busy machine cannot fail this, and a page that draws too much cannot pass it.
 * - Where the main thread hardly waited for a processor during the drag (its wall time is its CPU time): the frames
 *   themselves, 30 of them in a second. What is left out of CPU time, above all the rasterizer, counts there.
 */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { onFixtures } from './on-fixtures.ts';
import { keepPicture, openStage, settle } from './stage.ts';

const FRAMES_PER_SECOND = 30;
const FRAME_MS = 1000 / FRAMES_PER_SECOND;
/** CPU time of its wall time that the main thread had when it was left alone. */
const UNDISTURBED = 0.9;

/** A box without its edges and texts, which are left out while it moves: fill and border, and some air. */
const PAINTS_PER_FRAME = 300 * 3;
/** New figures, every 5 s, paint all of it. */
const REFRESH_MS = 5000;
/** The age of the data and what the pointer is on change while nobody drags, too. */
const CHANGES_PER_SECOND = 8;

/** Milliseconds that the main thread of a page worked since it was opened, by one of its clocks. */
async function workClock(page: Page, timeDomain: 'timeTicks' | 'threadTicks'): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const work = metrics.find(({ name }) => name === 'TaskDuration');
    if (work === undefined) throw new Error('the browser does not tell how long its tasks took');
    return work.value * 1000;
  };
}

const fixtures = onFixtures();

it('moves 300 nodes', async () => {
  fixtures.server.state.nodes = 300;
  const { page, context, complaints } = await openStage(fixtures.browser, fixtures.base, 'en', 1280, true);
  await page.addInitScript(() => {
    const work = { paints: 0 };
    (globalThis as unknown as { work: typeof work }).work = work;
    const of = CanvasRenderingContext2D.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
    for (const name of ['fill', 'stroke', 'fillText', 'strokeText', 'drawImage', 'fillRect', 'strokeRect']) {
      const paint = of[name] as (...args: unknown[]) => unknown;
      of[name] = function (this: unknown, ...args: unknown[]) {
        work.paints += 1;
        return paint.apply(this, args);
      };
    }
  });
  await page.goto('/topology');
  const graph = page.getByRole('img', { name: /Graph of 300 nodes/ });
  await graph.locator('canvas').first().waitFor();
  await settle(page);
  await keepPicture(page, 'topology-300-en-1280');
  const box = await graph.boundingBox();
  if (box === null) throw new Error('the graph has no size');
  const from = { x: box.x + 40, y: box.y + box.height - 30 };
  const painted = await page.evaluate(() => (globalThis as unknown as { work: { paints: number } }).work.paints);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.evaluate(() => {
    const state = { frames: 0, begin: performance.now(), end: 0, stop: false, changes: 0, long: 0 };
    const graph = document.querySelector('.weft-graph-canvas');
    new MutationObserver((changes) => {
      state.changes += changes.filter(({ target }) => graph?.contains(target) !== true && target !== graph).length;
    }).observe(document.body, { subtree: true, childList: true });
    new PerformanceObserver((list) => {
      state.long += list.getEntries().length;
    }).observe({ entryTypes: ['longtask'] });
    (globalThis as unknown as { pan: typeof state }).pan = state;
    const count = (): void => {
      state.frames += 1;
      state.end = performance.now();
      if (!state.stop) requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  });
  const [cpuClock, wallClock] = [await workClock(page, 'threadTicks'), await workClock(page, 'timeTicks')];
  const [cpuBefore, wallBefore] = [await cpuClock(), await wallClock()];
  for (let step = 0; step < 120; step += 1) {
    await page.mouse.move(from.x + 200 * Math.sin(step / 10), from.y - 100 + 100 * Math.cos(step / 10));
  }
  const { frames, ms, paints, changes, long } = await page.evaluate(() => {
    const { pan, work } = globalThis as unknown as {
      pan: { frames: number; begin: number; end: number; stop: boolean; changes: number; long: number };
      work: { paints: number };
    };
    pan.stop = true;
    return {
      frames: pan.frames,
      ms: pan.end - pan.begin,
      paints: work.paints,
      changes: pan.changes,
      long: pan.long,
    };
  });
  const [cpuMs, wallMs] = [(await cpuClock()) - cpuBefore, (await wallClock()) - wallBefore];
  await page.mouse.up();
  await settle(page);
  await keepPicture(page, 'topology-300-moved-en-1280');
  console.log(
    `300 nodes, panning: ${((1000 * frames) / ms).toFixed(1)} frames/s (${frames} frames in ${ms.toFixed(0)} ms), ${((paints - painted) / frames).toFixed(0)} paints and ${(cpuMs / frames).toFixed(1)} ms of CPU a frame (${((100 * cpuMs) / wallMs).toFixed(0)} % of its wall time), ${long} tasks over 50 ms, ${changes} changes of the page`,
  );
  expect(frames).toBeGreaterThan(10);
  expect(cpuMs, 'the work of the page was measured').toBeGreaterThan(0);
  expect(cpuMs / frames, 'CPU of the page for a frame, ms').toBeLessThanOrEqual(FRAME_MS);
  if (cpuMs / wallMs >= UNDISTURBED) expect((1000 * frames) / ms, 'frames/s').toBeGreaterThanOrEqual(FRAMES_PER_SECOND);
  expect(painted).toBeGreaterThan(300);
  expect(paints - painted, 'it has moved').toBeGreaterThan(frames);
  expect(paints - painted).toBeLessThanOrEqual(frames * PAINTS_PER_FRAME + painted * (1 + Math.ceil(ms / REFRESH_MS)));
  expect(changes).toBeLessThanOrEqual(20 + (CHANGES_PER_SECOND * ms) / 1000);
  expect(complaints).toEqual([]);
  await context.close();
});

it('sees a page that works too long for its frames', async () => {
  const page = await fixtures.browser.newPage();
  await page.setContent('<p>busy</p>');
  const clock = await workClock(page, 'threadTicks');
  const before = await clock();
  const frames = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let count = 0;
        let sum = 0;
        const frame = (): void => {
          // A tenth of a second of work, about, however long it takes where others work too.
          for (let i = 0; i < 1e8; i += 1) sum += Math.sqrt(i);
          count += 1;
          if (count === 5) resolve(sum > 0 ? count : 0);
          else requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      }),
  );
  expect(((await clock()) - before) / frames).toBeGreaterThan(FRAME_MS);
  await page.close();
});
