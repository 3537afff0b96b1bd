import type { ComponentProps } from 'react';
import { DiffTable as FieldDiffTable } from '../../ui/diff-table.tsx';
import { useRuleKind } from './use-rule-kind.ts';

/** Fields of a rule of the type of the page that differ, with both values. */
export function DiffTable(props: Omit<ComponentProps<typeof FieldDiffTable>, 'schema'>) {
  return <FieldDiffTable {...props} schema={useRuleKind().schema} />;
}
