import type { Translate } from '../../i18n/index.ts';
import type { RecordedRow } from '../../services/records.ts';

/** An answer in the words of its protocol where it has its own, with what they come to in HTTP. */
export function answerText({ status, answer }: Pick<RecordedRow, 'status' | 'answer'>, t: Translate): string {
  return answer === '' ? String(status) : t('trace.answer', { answer, status });
}
