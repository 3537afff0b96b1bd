import type { FieldProblem } from '@weft/api';
import { DataIdError, type DrmDataId, parseDrmDataId } from '@weft/schema/data-id';
import { ApiFailure } from '../http/index.ts';

/** Checks a value before it is stored: a value that proxies would refuse never leaves. */
export interface ValueValidator {
  /** Feature that owns the dataIds, such as `LIMIT`; only it writes them. */
  readonly owner: string;
  readonly schema: string;
  matches(id: DrmDataId): boolean;
  /** Problems with JSON paths; empty when the value may be stored. */
  problems(value: string, id: DrmDataId): readonly FieldProblem[];
  /** dataIds that the feature uses for an app, for `GET /ids`. */
  idsOf(app: string): readonly string[];
}

/** Parses, or refuses with the position of what does not fit. @throws ApiFailure INVALID. */
export function parseDataId(text: string, path: string): DrmDataId {
  try {
    return parseDrmDataId(text);
  } catch (error) {
    if (error instanceof DataIdError)
      throw new ApiFailure('INVALID', error.message, { fields: [{ path, message: error.message }] });
    throw error;
  }
}

export class Validators {
  readonly #validators: ValueValidator[] = [];

  add(validator: ValueValidator): void {
    this.#validators.push(validator);
  }

  find(id: DrmDataId): ValueValidator | undefined {
    return this.#validators.find((validator) => validator.matches(id));
  }

  /** @throws ApiFailure INVALID with the path of each problem. */
  check(value: string, id: DrmDataId): void {
    const problems = this.find(id)?.problems(value, id) ?? [];
    const [first] = problems;
    if (first !== undefined) throw new ApiFailure('INVALID', `${first.path}: ${first.message}`, { fields: problems });
  }

  idsOf(app: string): { dataId: string; feature: string; schema: string }[] {
    return this.#validators.flatMap((validator) =>
      validator.idsOf(app).map((dataId) => ({ dataId, feature: validator.owner, schema: validator.schema })),
    );
  }
}
