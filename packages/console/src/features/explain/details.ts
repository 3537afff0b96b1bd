import type { Format, MessageKey, Translate } from '../../i18n/index.ts';
import { isolationReason } from '../../ui/isolation-reason.ts';

/** What words are made with. */
interface Words {
  readonly t: Translate;
  readonly format: Format;
}
/** The groups of a pattern, from 1 on. */
type Parts = readonly string[];
type Say = (parts: Parts, words: Words) => string;

const plain =
  (key: MessageKey): Say =>
  (_, { t }) =>
    t(key);
/** Groups as they are, by the names of the blanks. */
const named =
  (key: MessageKey, ...names: readonly string[]): Say =>
  (parts, { t }) =>
    t(key, Object.fromEntries(names.map((name, index) => [name, parts[index + 1] ?? ''])));
const part = (parts: Parts, index: number): string => parts[index] ?? '';

/** What proxies say of rules, type by type; the patterns are the sentences of the rules. */
const SENTENCES: readonly (readonly [RegExp, Say])[] = [
  [/^([\d.]+) of ([\d.]+) tokens$/, named('explain.tokens', 'have', 'all')],
  [/^(\d+) of (\d+) requests in flight$/, named('explain.in-flight', 'have', 'all')],
  [/^(?:not asked: )?rule (\d+) refused it before$/, named('explain.not-asked', 'rule')],
  [/^the threshold is 0$/, plain('explain.threshold-0')],
  [/^(\d+) of (\d+) requests a second left$/, named('explain.per-second', 'have', 'all')],
  [/^port (\d+), the request came to (.+)$/, named('explain.other-port', 'port', 'came')],
  [
    /^port (\d+), (.+)$/,
    (parts, words) => words.t('explain.port', { port: part(parts, 1), rest: detailInWords(part(parts, 2), words) }),
  ],
  [/^give the address of the caller$/, plain('explain.source-ip-wanted')],
  [/^OPEN, the next request is a probe$/, plain('explain.open-probe')],
  [
    /^OPEN for ([\d.]+) ms more$/,
    (parts, { t, format }) => t('explain.open', { wait: format.milliseconds(Number(parts[1])) }),
  ],
  [/^HALF_OPEN, (\d+) of (\d+) probes sent$/, named('explain.half-open', 'sent', 'all')],
  [
    /^CLOSED, (\d+) of at least (\d+) calls in ([\d.]+) s, ([\d.]+) (%|ms)(?: errors)? of ([\d.]+) (?:%|ms)$/,
    (parts, { t, format }) => {
      const shared = {
        calls: part(parts, 1),
        floor: part(parts, 2),
        window: format.span(Number(parts[3]) * 1000),
      };
      const [found, threshold] = [Number(parts[4]), Number(parts[6])];
      return parts[5] === '%'
        ? t('explain.closed-errors', {
            ...shared,
            share: format.percent(found),
            threshold: format.percent(threshold),
          })
        : t('explain.closed-time', {
            ...shared,
            mean: format.milliseconds(found),
            threshold: format.milliseconds(threshold),
          });
    },
  ],
  [
    /^([\d.]+) % of the requests meet a delay of ([\d.]+) ms$/,
    (parts, { t, format }) =>
      t('explain.fault-delay', {
        percent: format.percent(Number(parts[1])),
        delay: format.milliseconds(Number(parts[2])),
      }),
  ],
  [
    /^([\d.]+) % of the requests meet status (\d+)$/,
    (parts, { t, format }) =>
      t('explain.fault-status', { percent: format.percent(Number(parts[1])), status: part(parts, 2) }),
  ],
  [/^rule (\d+) has the same service and conditions and is slower$/, named('explain.idle-slower', 'rule')],
  [/^0 requests are no limit$/, plain('explain.idle-no-limit')],
  [/^its conditions do not hold$/, plain('explain.unmatched')],
  [/^fault (\d+) of the rule comes first$/, named('explain.fault-other', 'fault')],
  [
    /^rule (\d+) is the first for such calls: no other injects faults into them, whether its conditions hold or not$/,
    named('explain.fault-other-rule', 'rule'),
  ],
  [/^its time is over$/, plain('explain.fault-over')],
  [/^answered with an error$/, plain('explain.degraded-error')],
  [/^answered by the rule$/, plain('explain.degraded-rule')],
  [/^on the whitelist$/, plain('explain.on-whitelist')],
  [/^not on the whitelist$/, plain('explain.off-whitelist')],
  [/^on the blacklist$/, plain('explain.on-blacklist')],
  [/^not on the blacklist$/, plain('explain.off-blacklist')],
  [/^no rule of the whitelist matches$/, plain('explain.none-matches')],
  [/^0 % of the requests are copied$/, plain('explain.idle-no-copies')],
  [/^a watching rule copies nothing$/, plain('explain.idle-watching-mirror')],
  [
    /^([\d.]+) % of the requests are copied (?:(\d+) times )?to (every instance of )?(.+)$/,
    (parts, { t, format }) => {
      const percent = format.percent(Number(parts[1]));
      const named = part(parts, 4);
      const target = parts[3] === undefined ? named : t('explain.mirror-every', { target: named });
      return parts[2] === undefined
        ? t('explain.mirror', { percent, target })
        : t('explain.mirror-times', { percent, target, times: part(parts, 2) });
    },
  ],
  [/^no instance is left out$/, plain('explain.isolated-none')],
  [/^this instance is not left out$/, plain('explain.own-in')],
  [
    /^this instance is not left out, though ([\d.]+) % of (\d+) calls failed: (.+)$/,
    (parts, { t, format }) =>
      t('explain.own-asks', {
        rate: format.percent(Number(parts[1])),
        calls: part(parts, 2),
        reason: isolationReason(part(parts, 3), t),
      }),
  ],
  [/^rule (\d+) is more specific and acts instead$/, named('explain.isolate-other', 'rule')],
  [
    /^(\S+ (?:(?:would be )?left out for \d+ s more|is on its way back).*)$/,
    (parts, words) =>
      part(parts, 1)
        .split('; ')
        .map((item) => instanceInWords(item, words))
        .join(words.t('explain.isolated-and')),
  ],
  [
    /^(?:([\d.]+) % of such requests: )?no instance has (.+?)(; instances that are left out do not count)?$/,
    (parts, { t, format }) => {
      const groups = part(parts, 2)
        .split(' or ')
        .map((group) => (group === '*' ? t('rules.route-all') : group))
        .join(t('explain.route-or'));
      const absent = t(parts[3] === undefined ? 'explain.route-absent' : 'explain.route-absent-left-out', { groups });
      return parts[1] === undefined
        ? absent
        : t('explain.route-absent-part', { percent: format.percent(Number(parts[1])), rest: absent });
    },
  ],
  [/^rule (\d+) comes first and leaves nothing to others$/, named('explain.route-decided', 'rule')],
  [
    /^when rule (\d+) has no instance: (.+)$/,
    (parts, words) =>
      words.t('explain.route-when', { rule: part(parts, 1), rest: detailInWords(part(parts, 2), words) }),
  ],
  [
    /^(\d+ % to .+); without an instance: (the other groups, then )?(.+)$/,
    (parts, { t, format }) => {
      const groups = part(parts, 1).replace(/(\d+) % to (.+?)(?=, \d+ % to |$)/g, (_, share: string, group: string) =>
        t('explain.route-share', {
          share: format.percent(Number(share)),
          group: group === '*' ? t('rules.route-all') : group,
        }),
      );
      const end = part(parts, 3);
      const key = ENDS[end];
      const last = key === undefined ? end : t(key);
      const rest = parts[2] === undefined ? last : t('explain.route-others', { rest: last });
      return t('explain.route-groups', { groups, rest });
    },
  ],
];

/** What is said of one instance. */
function instanceInWords(item: string, { t, format }: Words): string {
  const back = /^(\S+) is on its way back$/.exec(item);
  if (back !== null) return t('explain.isolated-back', { host: part(back, 1) });
  const out = /^(\S+) (would be )?left out for (\d+) s more \(([\d.]+) % of (\d+) calls failed\)$/.exec(item);
  if (out === null) return item;
  return t(out[2] === undefined ? 'explain.isolated' : 'explain.isolated-would', {
    host: part(out, 1),
    wait: format.span(Number(out[3]) * 1000),
    rate: format.percent(Number(out[4])),
    calls: part(out, 5),
  });
}

const ENDS: Readonly<Partial<Record<string, MessageKey>>> = {
  'the next rule, else any instance': 'explain.route-next',
  'the next rule, else refused': 'explain.route-next-strict',
  refused: 'explain.route-refused',
};

/** What a proxy says of a rule, in the language of the reader; a sentence of a newer proxy stays as it is. */
export function detailInWords(detail: string, words: Words): string {
  for (const [pattern, say] of SENTENCES) {
    const parts = pattern.exec(detail);
    if (parts !== null) return say(parts, words);
  }
  return detail;
}
