import { expect, test } from 'vitest';
import { joinSentences } from './sentences.ts';

test.each([
  [['It is off.', 'Nobody is asked.'], 'It is off. Nobody is asked.'],
  [['此项必填。', '示例：50'], '此项必填。示例：50'],
  [['仍要禁用吗？', '', '其余不变。'], '仍要禁用吗？其余不变。'],
  [['已是该状态', '2 条'], '已是该状态 2 条'],
  [['', 'One.'], 'One.'],
  [[], ''],
])('%j behind one another read %j', (sentences, wanted) => expect(joinSentences(sentences)).toBe(wanted));
