import { isMessageKey, type Translate } from '../../i18n/index.ts';

/** What kind of thing happened to a proxy; a kind of a newer proxy stays as it is. */
export function eventKind(kind: string, t: Translate): string {
  const key = `proxy.event-${kind}`;
  return isMessageKey(key) ? t(key) : kind;
}

/** What a part of a proxy does; one of a newer proxy is called as it calls itself. */
export function componentInWords(name: string, t: Translate): string {
  const key = `proxy.component-${name}`;
  return isMessageKey(key) ? t(key) : name;
}

/** In which ways a proxy is not as it should be; one of a newer proxy stays as it is. */
export function degradedInWords(ways: readonly string[], t: Translate): string {
  const words = ways.map((way) => {
    const key = `proxy.degraded-${way}`;
    return isMessageKey(key) ? t(key) : way;
  });
  return words.join(t('proxy.degraded-and'));
}
