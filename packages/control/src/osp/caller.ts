import { isPermitted } from '@weft/api';
import { ApiFailure, type Caller } from '../http/index.ts';

export type CallerFields = Omit<Caller, 'require' | 'can'>;

export function createCaller(fields: CallerFields): Caller {
  return {
    ...fields,
    can: (point) => isPermitted(fields.permissions, point),
    require(point) {
      if (!isPermitted(fields.permissions, point))
        throw new ApiFailure('FORBIDDEN', `permission ${point} is missing in ${fields.tenantId}/${fields.workspaceId}`);
    },
  };
}
