import type { Labels } from '../stats/index.ts';

/** The content type of what `renderPrometheus` makes. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** `{a="x",b="y"}`, or '' for no labels. Values are escaped, names made valid. */
export function labelText(labels: Labels): string {
  let text = '';
  for (const name of Object.keys(labels))
    text += `${text === '' ? '{' : ','}${validName(name)}="${escapeLabel(labels[name]!)}"`;
  return text === '' ? '' : `${text}}`;
}

/** Adds one label at the end of a text made by `labelText`. */
export function withLabel(text: string, name: string, value: string): string {
  return text === '' ? `{${name}="${value}"}` : `${text.slice(0, -1)},${name}="${value}"}`;
}

export function escapeLabel(value: string): string {
  // Text with half a character in it would make the whole scrape invalid UTF-8.
  const whole = value.isWellFormed() ? value : value.toWellFormed();
  return /[\\"\n]/.test(whole) ? whole.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n') : whole;
}

export function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}

export function header(name: string, type: string, help: string): string {
  return `# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}\n# TYPE ${name} ${type}\n`;
}

/** What the format does not allow in a name becomes `_`. */
export function validName(name: string): string {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)
    ? name
    : name.replace(/^[^a-zA-Z_:]/, '_').replace(/[^a-zA-Z0-9_:]/g, '_');
}
