import type { FieldSchema, Path } from './schema.ts';

/** What a control gets. */
export interface ControlProps {
  readonly schema: FieldSchema;
  readonly path: Path;
  readonly value: unknown;
  readonly id: string;
  readonly label: string;
  readonly invalid: boolean;
}
