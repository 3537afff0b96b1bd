import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROWS } from './malformed-rows.ts';
import { unknownWords } from './problem-words.ts';

describe('a rule that is not one', () => {
  let plane: TestPlane;
  let token = '';
  beforeAll(async () => {
    plane = await startTestPlane({ ruleKinds });
    token = (await plane.admin.client.osp.createToken({ body: { name: 't' } })).secret;
  });
  afterAll(() => plane.stop());

  const send = (path: string, body: unknown): Promise<Response> =>
    fetch(`${plane.baseUrl}/openapi/v1/ms/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });

  test('there are sixty at least', () => {
    expect(ROWS.length).toBeGreaterThanOrEqual(60);
  });

  test.each(ROWS)('%s: names the field, the value and what was expected', async (_title, body, field, message) => {
    const response = await send('rules/limit', body);
    const answer = (await response.json()) as { code: string; fields: { path: string; message: string }[] };
    expect([response.status, answer.code]).toEqual([400, 'INVALID']);
    expect(answer.fields.map(({ path }) => path)).toContain(field);
    const found = answer.fields.filter(({ path }) => path === field).map((item) => item.message);
    expect(found.join('\n')).toMatch(message);
    expect(answer.fields.flatMap((item) => unknownWords(item.message))).toEqual([]);
    // The form asks by another way and must hear the same.
    const preview = await send('rules/limit:preview', body);
    expect(((await preview.json()) as { fields: unknown }).fields).toEqual(answer.fields);
  });

  test('nothing of it was stored or pushed', async () => {
    expect((await plane.admin.client.ms.listLimitRules()).total).toBe(0);
    expect(plane.plane.context.drm.list('000001')).toEqual([]);
  });
});
