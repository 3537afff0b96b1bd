import { expect, test } from 'vitest';
import { defineStreamFilter, Verdict } from '../filter/index.ts';
import { streamFilterCompliance } from './stream-filter.ts';

const sets = (name: string, variables: readonly string[] = []) =>
  defineStreamFilter<object>({
    name: 'sets',
    schema: { type: 'object' },
    onFault: 'open',
    variables,
    create: () => () => ({
      beforeRoute(context) {
        context.setVariable(name, 'x');
        return Verdict.CONTINUE;
      },
    }),
  });

async function run(filter: ReturnType<typeof sets>): Promise<void> {
  for (const item of streamFilterCompliance({ filter, configs: [{}] })) await item.run();
}

test('a filter that sets a variable which it does not declare does not pass', async () => {
  await expect(run(sets('tenant'))).rejects.toThrow(/the variable "tenant" cannot be set/);
  await expect(run(sets('tenant', ['tenant']))).resolves.toBeUndefined();
  await expect(run(sets('trace_id'))).resolves.toBeUndefined();
});
