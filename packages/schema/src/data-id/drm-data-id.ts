import { checkLength, checkPart, DataIdError } from './data-id-error.ts';

/**
 * The name of a pushed value:
 *
 *     domain ":name=" class "." attribute ",version=3.0@DRM"
 *
 *     Alipay.crpc-client:name=com.alipay.sofa.middleware.mesh.drm.MsgResource.msgSep,version=3.0@DRM
 *     sofa.config:name=com.alipay.sofa.middleware.servicegov.apps.crpc-client.downgradeRule,version=3.0@DRM
 *
 * Case-sensitive, at most 2048 bytes. `3.0` is the version of the format and never changes.
 */
export interface DrmDataId {
  /** `Alipay.<app>` or `sofa.config`. */
  readonly domain: string;
  readonly className: string;
  readonly attribute: string;
  /** App that it belongs to: of the domain, or of the class of a governance rule; '' when it belongs to a service. */
  readonly app: string;
  /** Service of a governance rule that belongs to a service, decoded; '' otherwise. */
  readonly serviceId: string;
}

export const MAX_DRM_DATA_ID_BYTES = 2048;
/** Stands for every app in the class of a governance rule. */
export const ALL_APPS = '__all__';

const APPS = 'com.alipay.sofa.middleware.servicegov.apps.';
const SERVICES = 'com.alipay.sofa.middleware.servicegov.services.';
const SUFFIX = ',version=3.0@DRM';
const NAME = ':name=';
const APP = /[A-Za-z0-9._-]/;
const APP_EXPECTED = 'an app name of 1 to 128 letters, digits, `.`, `_` and `-`';
const CLASS = /[A-Za-z0-9._$%-]/;
const ATTRIBUTE = /[A-Za-z0-9_$-]/;

/**
 * @throws DataIdError with the position of what does not fit
 */
export function parseDrmDataId(text: string): DrmDataId {
  const name = text.indexOf(NAME);
  if (name < 0) throw new DataIdError(text, Math.max(text.indexOf(':'), 0) || text.length, '`:name=`');
  let app = '';
  if (text.startsWith('Alipay.')) {
    checkApp(text, 'Alipay.'.length, name);
    app = text.slice('Alipay.'.length, name);
  } else if (text.slice(0, name) !== 'sofa.config') {
    throw new DataIdError(text, 0, '`Alipay.<app>` or `sofa.config`');
  }
  const end = text.length - SUFFIX.length;
  if (!text.endsWith(SUFFIX)) {
    const comma = text.indexOf(',', name);
    throw new DataIdError(text, comma < 0 ? text.length : comma, `\`${SUFFIX}\` at the end`);
  }
  const start = name + NAME.length;
  checkPart(text, start, end, CLASS, 'a class of letters, digits, `_`, `$`, `-`, `.` and `%XX`');
  const dot = text.lastIndexOf('.', end - 1);
  if (dot < start) throw new DataIdError(text, end, '`.` and an attribute');
  checkPart(text, dot + 1, end, ATTRIBUTE, 'an attribute of letters, digits, `_`, `$` and `-`');
  const className = text.slice(start, dot);
  let serviceId = '';
  if (className.startsWith(APPS)) {
    checkApp(text, start + APPS.length, dot);
    app = className.slice(APPS.length);
  } else if (className.startsWith(SERVICES)) {
    serviceId = decodeServiceId(text, start + SERVICES.length, dot);
    app = '';
  } else {
    checkClass(text, start, dot);
  }
  checkLength(text, MAX_DRM_DATA_ID_BYTES);
  return { domain: text.slice(0, name), className, attribute: text.slice(dot + 1, end), app, serviceId };
}

function checkApp(text: string, start: number, end: number): void {
  checkPart(text, start, end, APP, APP_EXPECTED);
  if (end - start > 128) throw new DataIdError(text, start + 128, APP_EXPECTED);
}

function checkClass(text: string, start: number, end: number): void {
  if (start >= end) throw new DataIdError(text, start, 'a class before the attribute');
  for (let i = start; i < end; i++) {
    if (text[i] === '.' && (i === start || i === end - 1 || text[i + 1] === '.'))
      throw new DataIdError(text, i, 'a name on both sides of the dot');
    if (text[i] === '%' && !/^%[0-9A-Fa-f]{2}$/.test(text.slice(i, i + 3)))
      throw new DataIdError(text, i, '`%` and two hexadecimal digits');
  }
}

function decodeServiceId(text: string, start: number, end: number): string {
  if (start >= end) throw new DataIdError(text, start, 'a service id');
  const encoded = text.slice(start, end);
  const bad = /%(?![0-9A-Fa-f]{2})/.exec(encoded);
  if (bad !== null) throw new DataIdError(text, start + bad.index, '`%` and two hexadecimal digits');
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new DataIdError(text, start + encoded.indexOf('%'), 'percent-encoded UTF-8');
  }
}

/** The text of an id; what `parseDrmDataId` gave comes back unchanged. */
export function formatDrmDataId(id: Pick<DrmDataId, 'domain' | 'className' | 'attribute'>): string {
  return `${id.domain}${NAME}${id.className}.${id.attribute}${SUFFIX}`;
}

/** The dataId of the rules of an app; `*` gives that of the rules for every app. */
export function appRuleDataId(app: string, attribute: string): string {
  return formatDrmDataId({ domain: 'sofa.config', className: APPS + (app === '*' ? ALL_APPS : app), attribute });
}

/** The dataId of the rules of a service. */
export function serviceRuleDataId(serviceId: string, attribute: string): string {
  const encoded = encodeURIComponent(serviceId).replace(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return formatDrmDataId({ domain: 'sofa.config', className: SERVICES + encoded, attribute });
}
