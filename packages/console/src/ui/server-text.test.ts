import { MESSAGES, message, messageText } from '@weft/api/messages';
import { expect, test } from 'vitest';
import { SERVER_TEXTS_EN, SERVER_TEXTS_ZH } from '../i18n/index.ts';
import { fieldProblemText, problemText, proxyText, seenText, serverText, serverTexts } from './server-text.ts';

const ids = Object.keys(MESSAGES) as (keyof typeof MESSAGES)[];
const blanks = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{(\w+)/g)].map((match) => match[1] ?? ''))].sort();

test.each(ids)('%s has Chinese words with the same blanks', (id) => {
  expect(blanks(SERVER_TEXTS_ZH[id] ?? '')).toEqual(blanks(MESSAGES[id]));
});

test('what the server said is shown in the language of the reader, and as it is where it says no more', () => {
  const said = message('warning.no-proxy-of-app', { app: 'reviews' });
  expect(serverText(said, 'zh')).toContain('应用 reviews 没有在线代理');
  expect(serverText(said, 'en')).toContain('no live proxy of app reviews');
  expect(serverTexts(['as it is'], undefined, 'zh')).toEqual(['as it is']);
  expect(serverTexts(['as it is'], [said], 'zh')[0]).toContain('应用 reviews');
});

test('moments are shown in the time zone of the reader, other values as they are', () => {
  const since = '2026-11-21T08:00:00.000Z';
  const shown = serverText(message('notice.endpoints-closed', { operator: 'admin', since }), 'zh');
  expect(shown).not.toContain(since);
  expect(shown).toMatch(/admin 于 2026.11.2\d/);
});

test('why a value was refused is said in Chinese, and as it was said where it has another form', () => {
  const reason =
    'rules[0].ruleRate.threshold: out of range (found -1, expected a whole number from 0 to 2147483647); ' +
    'rules[1].methods[0]: `*` within a path (found "GET /a*b", expected `*` at the end only, or `~` and a regular expression); and 3 more';
  expect(problemText(reason, 'zh')).toBe(
    'rules[0].ruleRate.threshold：超出范围（实际为 -1，应为 0 到 2147483647 的整数）；' +
      'rules[1].methods[0]：路径中间有 `*`（实际为 "GET /a*b"，应为仅在结尾使用 `*`，或 `~` 加正则表达式）；另有 3 处',
  );
  expect(problemText(reason, 'en')).toBe(reason);
  expect(problemText('the disk is full', 'zh')).toBe('the disk is full');
  // Values are what somebody wrote, whatever they look like.
  const odd = '/name: too long (found "a (found b, expected c); d", expected a text of at most 5 characters)';
  expect(problemText(odd, 'zh')).toBe('/name：过长（实际为 "a (found b, expected c); d"，应为至多 5 个字符的文本）');
});

test('why somebody may not put his own content in force, or take a change back, is said in Chinese', () => {
  const said = messageText(message('refusal.four-eyes', { user: 'li', name: 'a "b", so c' }));
  expect(said).toMatch(/^four eyes: li wrote this content of "a "b", so c", so another user/);
  expect(problemText(said, 'zh')).toContain('“a "b", so c”的此内容由 li 编写，须由另一位有发布权限的用户使其生效');
  const shown = problemText(said, 'en');
  expect(shown).toMatch(/^four eyes: li wrote this content of "a "b", so c", so another user/);
  expect(shown).toContain('with its switch in the list of rules');
  const since = messageText(message('refusal.changed-since', { name: 'qps', version: 3, user: 'li', change: 'c1' }));
  expect(problemText(since, 'zh')).toBe('“qps”此后已有版本 3，由 li 修改（变更 c1）');
  const rollout = { rollout: 4, percent: 10, user: 'li', object: 'rule limit/7 qps' };
  expect(problemText(messageText(message('refusal.rollout-under-way', rollout)), 'zh')).toBe(
    'rule limit/7 qps 的灰度发布 4（10%，由 li 发起）正在进行：请先全量发布或放弃',
  );
  const inDocument = messageText(message('refusal.rollout-of-document', { ...rollout, document: 'd1' }));
  expect(problemText(inDocument, 'zh')).toContain('4（10%，由 li 发起）正在 d1 中进行');
});

test('what is said of a proxy is said in Chinese, whatever stands within it', () => {
  const refused = 'a.limit version 4 is refused: rules[0].name: missing (expected a text)';
  expect(proxyText(`${refused}; b.fuse version 2 is refused: the disk is full`, 'zh')).toBe(
    'a.limit 的版本 4 被拒绝：rules[0].name：缺少（应为文本）；b.fuse 的版本 2 被拒绝：the disk is full',
  );
  expect(proxyText('not connected; last report 7 s ago', 'zh')).toBe('未连接；7 秒前最后一次上报');
  expect(proxyText('not connected; last report 7 s ago', 'en')).toBe('not connected; last report 7 s ago');
  const at = '2026-11-21T08:00:00.000Z';
  const snapshot = `serving snapshot saved ${at}, age 12s; the connection broke`;
  expect(proxyText(snapshot, 'zh')).toMatch(/^使用 2026.11.2\d.* 保存的快照，距今 12 秒；连接已断开$/);
  const started = `started while the control plane was away (it has not answered): serving the snapshot of ${at}`;
  expect(proxyText(started, 'zh')).toMatch(/^启动时控制面不可用（控制面没有应答）：使用 2026.11.2\d.* 的快照$/);
  expect(proxyText('version 3 of a.limit is in force, from the snapshot', 'zh')).toBe(
    'a.limit 的版本 3 已生效，来自快照',
  );
  expect(proxyText('something of a newer proxy', 'zh')).toBe('something of a newer proxy');
});

test('what is wrong within a message that a rule makes up is said in Chinese', () => {
  const said = (why: string): string => problemText(`no message of that type: ${why} (expected a {type})`, 'zh');
  expect(said('demo.Reply.text: text expected, a number found')).toContain(
    '不是该类型的消息：demo.Reply.text：应为文本，实际为数字',
  );
  expect(said('demo.Reply.at: a time expected')).toContain('demo.Reply.at：应为时间');
  expect(said('demo.Reply.n: a whole number expected, the text "a, b found" found')).toContain(
    '应为整数，实际为文本 "a, b found"',
  );
  expect(said('$: not JSON: a value expected at character 0')).toContain('$：第 0 个字符处不符合 JSON：应为值');
});

test('why a call could not be read is said in Chinese, and what a caller wrote stays as it is', () => {
  const kryo = 'no header says the method, and contents in serialization 11 (kryo) are not read';
  const missed = message('why.no-method', { service: 's', count: 2, reason: kryo, methods: 'get' });
  expect(serverText(missed, 'zh')).toContain('（没有请求头说明方法，且不解析序列化方式为 11 (kryo) 的内容）');
  expect(serverText(missed, 'en')).toContain(`(${kryo})`);
  expect(seenText(`(not decoded: ${kryo})`, 'zh')).toBe(
    '（未解析：没有请求头说明方法，且不解析序列化方式为 11 (kryo) 的内容）',
  );
  const condition = { condition: 'HEADER a EQUAL [b]', count: 1, considered: 1 };
  expect(serverText(message('why.condition', { ...condition, value: 'waiting' }), 'zh')).toMatch(/waiting$/);
  expect(seenText('waiting', 'zh')).toBe('waiting');
  expect(serverText(message('why.condition', { ...condition, value: `(not decoded: ${kryo})` }), 'zh')).toMatch(
    /（未解析：没有请求头说明方法.*）$/,
  );
});

test('what logs have in their own words is said in those of the reader', () => {
  const said = message('why.condition', {
    condition: 'HEADER user EQUAL [ann]',
    value: 'bob',
    count: 4,
    considered: 4,
  });
  expect(serverText(said, 'zh')).toContain('不满足“请求头 user 等于 ann”');
  expect(serverText(said, 'en')).toContain('"Header user is ann" does not hold');
  expect(proxyText('rule 3 of a@DEFAULT.get:i:r', 'zh')).toBe('a@DEFAULT.get 的规则 3');
  expect(problemText('the database could not be read (busy)', 'zh')).toBe('数据库无法读取（数据库被锁定）');
  expect(
    problemText('conditions[0].value: EQUAL compares with one value (found 2, expected exactly one value)', 'zh'),
  ).toContain('“等于”只与一个值比较');
  expect(problemText('the database refused (full): nothing was changed', 'zh')).toContain('磁盘已满');
});

test.each(Object.keys(SERVER_TEXTS_EN) as (keyof typeof MESSAGES)[])(
  '%s names no command, with the same blanks',
  (id) => {
    for (const texts of [SERVER_TEXTS_EN, SERVER_TEXTS_ZH])
      expect(texts[id]).not.toMatch(/weft |--(?!include_imports|descriptor_set_out)|If-Match/);
    expect(blanks(SERVER_TEXTS_EN[id] ?? '')).toEqual(blanks(MESSAGES[id]));
  },
);

test('answers of degradation are called as its form calls them', () => {
  for (const texts of [SERVER_TEXTS_EN, SERVER_TEXTS_ZH])
    expect(Object.entries(texts).filter(([, text]) => /\b(?:RETURN_NULL|REJECT|MOCK)\b/.test(text))).toEqual([]);
  const shown = (id: keyof typeof MESSAGES) =>
    messageText(message(id, { service: 'a@x', operation: 'IN', example: '{}' }));
  const said = `${shown('wrong.described')} (found "a@x", expected ${shown('expected.answered-service')})`;
  expect(fieldProblemText(said, 'en')).toBe(
    'How a@x writes an answer is not known (found "a@x", expected a service of HTTP, gRPC, Triple, SOFARPC, Dubbo, Tars or Dubbo thrift; or "Error" as the answer)',
  );
  expect(fieldProblemText(said, 'zh')).toMatch(/^a@x 的应答格式未知（.*；或降级方式选择“返回错误”）$/);
  expect(problemText(`spec.body: not JSON data (expected ${shown('expected.returned')})`, 'en')).toContain(
    'or "Empty answer"',
  );
});

test('below a field a problem is a sentence, and names in it stay as they are', () => {
  const ofField = (text: string) => fieldProblemText(text, 'en');
  expect(ofField('too short (found 1, expected a list)')).toBe('Too short (found 1, expected a list)');
  expect(ofField('unknown key (expected one of a); did you mean a?')).toMatch(/^Unknown key/);
  expect(ofField('too long (expected a list); too short (expected a list)')).toMatch(/^Too long .*; too short/);
  for (const said of [
    'get answers with a stream (expected base64)',
    'name: too long (expected a list)',
    'the disk is full',
    'of another server (expected something)',
  ])
    expect(ofField(said)).toBe(said);
});

test('no words are left of a message that is gone', () => {
  const all = [...Object.keys(SERVER_TEXTS_ZH), ...Object.keys(SERVER_TEXTS_EN)];
  expect(all.filter((id) => !(id in MESSAGES))).toEqual([]);
});

test('of an id with a protocol that was mistyped the one that may be meant is named', () => {
  const said =
    'not the id of a service, position 4 (found "a:80@Http", expected `@Http1`, as `Http` is no protocol that is known, or `:` and a group)';
  expect(problemText(said, 'zh')).toBe(
    '不是服务标识，第 4 个字符处（实际为 "a:80@Http"，应为 `@Http1`（`Http` 不是已知的协议），或 `:` 加分组）',
  );
});

test('where a rule of routing sends requests is said in words', () => {
  const said = (shares: string, language: 'en' | 'zh') => serverText(message('preview.route', { shares }), language);
  const shares = '90 % to version=v1, zone=a; 10 % to any instance';
  expect(said(shares, 'en')).toBe('matching requests: 90\u00a0% to version=v1, zone=a; 10\u00a0% to all instances');
  expect(said(shares, 'zh')).toBe('匹配请求的去向：90% 到 version=v1, zone=a；10% 到 全部实例');
  expect(said('of another server', 'zh')).toBe('匹配请求的去向：of another server');
});
