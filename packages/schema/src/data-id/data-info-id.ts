import { checkPart, DataIdError } from './data-id-error.ts';
import { parseServiceDataId } from './service-data-id.ts';

/** Key of a service in the registry: `dataId "#@#" instanceId "#@#" group`. */
export interface DataInfoId {
  readonly dataId: string;
  /** Separates workspaces. */
  readonly instanceId: string;
  readonly group: string;
}

export const DATA_INFO_SEPARATOR = '#@#';
export const DEFAULT_INSTANCE_ID = 'DEFAULT_INSTANCE_ID';
export const DEFAULT_GROUP = 'DEFAULT_GROUP';
/** Group of SOFA RPC services. */
export const SOFA_GROUP = 'SOFA';

const MAX_PART = 128;
const PART = /[^\s#@\p{Cc}]/u;

/**
 * @throws DataIdError with the position of what does not fit; also when the dataId in it does not
 */
export function parseDataInfoId(text: string): DataInfoId {
  const first = text.indexOf(DATA_INFO_SEPARATOR);
  if (first < 0) throw new DataIdError(text, text.length, '`#@#` and an instance id');
  const second = text.indexOf(DATA_INFO_SEPARATOR, first + 3);
  if (second < 0) throw new DataIdError(text, text.length, '`#@#` and a group');
  checkIdPart(text, first + 3, second, 'an instance id');
  checkIdPart(text, second + 3, text.length, 'a group');
  const dataId = text.slice(0, first);
  try {
    parseServiceDataId(dataId);
  } catch (error) {
    if (error instanceof DataIdError) throw new DataIdError(text, error.position, error.expected);
    throw error;
  }
  return { dataId, instanceId: text.slice(first + 3, second), group: text.slice(second + 3) };
}

function checkIdPart(text: string, start: number, end: number, name: string): void {
  const expected = `${name} of 1 to ${MAX_PART} characters without blanks, \`#\` and \`@\``;
  checkPart(text, start, end, PART, expected);
  if (end - start > MAX_PART) throw new DataIdError(text, start + MAX_PART, expected);
}

/** The text of a key; without an instance id or a group it has the defaults. */
export function formatDataInfoId(id: { dataId: string; instanceId?: string; group?: string }): string {
  return [id.dataId, id.instanceId ?? DEFAULT_INSTANCE_ID, id.group ?? DEFAULT_GROUP].join(DATA_INFO_SEPARATOR);
}
