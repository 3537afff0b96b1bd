import type { RuleFile } from '../../services/rules.ts';
import { download } from '../../ui/download.ts';

/** Gives the browser exported rules to keep; they can be imported again. */
export function saveRules(file: RuleFile, type: string, name = `weft-${type}-rules`): void {
  download(`${name}.json`, 'application/json', `${JSON.stringify(file, null, 2)}\n`);
}
