import type { Rollout } from '@weft/api';
import { formatTable } from '../../mesh-api/table.ts';
import { whoText } from '../../mesh-api/who.ts';
import { changeLines } from './rule-text.ts';

const percent = (rate: number | null): string => (rate === null ? '-' : `${Math.round(rate * 10_000) / 100} %`);
const guardText = ({ guard }: Rollout['steps'][number]): string => {
  if (guard === undefined) return '-';
  const { maxErrorRate, maxRejectRate, maxRtIncreaseMs, maxP99IncreaseMs } = guard;
  const bounds = [
    maxErrorRate === undefined ? '' : `errors +${percent(maxErrorRate)}`,
    maxRejectRate === undefined ? '' : `refused +${percent(maxRejectRate)}`,
    maxRtIncreaseMs === undefined ? '' : `time +${maxRtIncreaseMs} ms`,
    maxP99IncreaseMs === undefined ? '' : `p99 +${maxP99IncreaseMs} ms`,
  ];
  return bounds.filter((text) => text !== '').join(', ');
};
const GUARDS = {
  maxErrorRate: 'errors',
  maxRejectRate: 'refused requests',
  maxRtIncreaseMs: 'mean time',
  maxP99IncreaseMs: 'p99',
};
const REFERENCES = { others: 'the other proxies', before: 'the 5 minutes before', none: 'nothing to compare with' };

/** A rollout for people: how it stands, its steps, its figures, who has it, what happened. */
export function rolloutText(rule: { readonly app: string; readonly name: string }, rollout: Rollout): string {
  const { state, step, stepCount, selected, applied, subscribers, figures, breach } = rollout;
  const underWay = rollout.endedAt === null;
  const proxies = subscribers === 0 ? 'no proxy is connected' : `${selected} of ${subscribers} proxies`;
  const lines = [
    `${rule.app}/${rule.name}: rollout ${rollout.rolloutId}, ${state}, step ${step} of ${stepCount}, ${rollout.percent} %${underWay ? ` (${proxies})` : ''}`,
    `  ${rollout.text}`,
    `  started by ${rollout.startedBy}, ${rollout.startedAt}${rollout.comment === '' ? '' : `: ${rollout.comment}`}`,
    ...(underWay ? [`  ${applied} of ${selected} selected proxies have it`] : []),
    ...(underWay && selected === 0 ? ['  ! no connected proxy is selected: nobody tries it at this share'] : []),
    ...changeLines(rollout.changes),
    ...(breach === null
      ? []
      : [
          breach.guard === 'refused'
            ? `  ✗ refused by ${breach.proxies.join(', ')}: ${breach.reason}`
            : `  ✗ ${GUARDS[breach.guard]}: ${shown(breach, breach.found)}, ${REFERENCES[breach.referenceOf]}: ${shown(breach, breach.reference)}, at most ${shown(breach, breach.limit)} more; ${breach.requests} requests in ${breach.windowSec} s through ${breach.proxies.join(', ')}`,
        ]),
    '',
    formatTable(
      ['step', 'share', 'seconds', 'given up at'],
      rollout.steps.map((item, index) => [
        `${index + 1}${index + 1 === step && underWay ? ' (now)' : ''}`,
        `${item.percent} %`,
        item.waitSec,
        guardText(item),
      ]),
      '',
    ),
  ];
  if (underWay)
    lines.push(
      '',
      formatTable(
        [`last ${figures.windowSec} s`, 'requests', 'errors', 'refused', 'mean', 'p99'],
        [
          ['with it', ...figureCells(figures.selected)],
          [REFERENCES[figures.referenceOf], ...figureCells(figures.reference)],
        ],
        '',
      ),
      '',
      formatTable(
        ['proxy', 'app', 'ip', 'has it', 'state', 'reason'],
        rollout.instances
          .filter((item) => item.selected)
          .map((item) => [
            item.proxyId.slice(0, 8),
            item.app,
            item.ip,
            item.result === 'APPLIED' ? 'yes' : 'no',
            item.result,
            item.reason,
          ]),
        'no proxy has it',
      ),
    );
  lines.push(
    '',
    ...rollout.history.map(
      ({ at, by, what, percent: share, text }) =>
        `${at} ${whoText(by)}: ${what} at ${share} %${text === '' ? '' : `, ${text}`}`,
    ),
  );
  return lines.join('\n');
}

const figureCells = ({ requests, errorRate, rejectRate, rtMs, p99Ms }: Rollout['figures']['selected']) => [
  requests,
  percent(errorRate),
  percent(rejectRate),
  rtMs === null ? '-' : `${rtMs} ms`,
  p99Ms === null ? '-' : `${p99Ms} ms`,
];

const shown = ({ guard }: NonNullable<Rollout['breach']>, value: number): string =>
  guard === 'maxRtIncreaseMs' || guard === 'maxP99IncreaseMs' ? `${Math.round(value * 100) / 100} ms` : percent(value);
