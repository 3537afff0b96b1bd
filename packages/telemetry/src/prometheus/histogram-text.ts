import { formatValue, withLabel } from './text.ts';

/**
 * The series of one histogram: cumulative buckets, sum and count. The count is that of the last bucket, as the format wants it.
 *
 * @param buckets counts per bucket, the last one for +Inf
 */
export function histogramText(
  name: string,
  labels: string,
  bounds: readonly number[],
  buckets: ArrayLike<number>,
  sum: number,
): string {
  let text = '';
  let total = 0;
  for (let i = 0; i < bounds.length; i++) {
    total += buckets[i]!;
    text += `${name}_bucket${withLabel(labels, 'le', String(bounds[i]))} ${total}\n`;
  }
  total += buckets[bounds.length]!;
  text += `${name}_bucket${withLabel(labels, 'le', '+Inf')} ${total}\n`;
  return `${text}${name}_sum${labels} ${formatValue(sum)}\n${name}_count${labels} ${total}\n`;
}
