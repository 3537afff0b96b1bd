import { formatBytes, formatDuration, type SchemaNode } from '@weft/schema';
import { code, generatedNotice, markdownTable } from '../gen-docs/markdown.ts';
import type { DescribedExtension } from './extensions.ts';

/** Path of the page. */
export const REFERENCE_PAGE = 'docs/reference/configuration.md';

const HEAD = `# Configuration reference

Every key of a configuration file, object by object: first the file itself, then what each extension reads in its own place.
How a file is read, and where Weft differs from MOSN, is in the [guide](../guides/configuration.md); editors understand the
[JSON schema](../../packages/schema/gen/weft-config.schema.json).

- Keys are compared without case; the same key in two spellings is an error.
- **Type.** A *duration* is text such as \`"1s"\`, \`"1.5s"\` or \`"1h2m"\` (units \`ns us ms s m h\`), or a bare 0. A *size* is text such as
  \`"64KiB"\` or \`"10MB"\` (K, M, G and T are powers of 1024), or a whole number of bytes.
- **Default.** What a missing key and \`null\` mean; *needed* says that the key must be there. Where it says *also for 0* or *also for ""*,
  such a value means "not given".
- **Class.** *implemented* keys do what is said; *ignored* ones are known, have no effect and bring a warning; *unsupported* ones stop
  the start, unless their value means "off" (\`null\`, \`false\`, 0, \`""\`, \`[]\`, \`{}\`). Any other key brings a warning with the name that was
  probably meant; in \`weft\` it stops the start.`;

/** One object of the configuration, and where it stands. */
interface Section {
  readonly title: string;
  readonly lead: string;
  readonly rows: readonly (readonly string[])[];
}

/** The reference of the configuration file and of all extensions, in Markdown. */
export function referencePage(config: SchemaNode, extensions: readonly DescribedExtension[]): string {
  const met = new Map<string, string>();
  const page = new Page(met);
  page.object(config, '', 'The file', config.description ?? '');
  const links = [
    page.contents(),
    ...extensions.map(({ title, names }) => `- ${linkTo(`${title} ${names.map(code).join(' and ')}`)}`),
  ];
  const parts = [
    generatedNotice('the schema.ts files'),
    HEAD,
    links.join('\n'),
    '## Objects of the file',
    page.render(),
  ];
  let title = '';
  for (const extension of extensions) {
    if (extension.title !== title) {
      title = extension.title;
      parts.push(`## ${title}s`, extension.place);
    }
    const own = new Page(met);
    const names = extension.names.map(code).join(' and ');
    const lead = `${extension.node.description ?? ''}\n\nWritten in [\`${extension.source}\`](../../${extension.source}).`;
    own.object(extension.node, extension.names[0] as string, `${title} ${names}`, lead);
    parts.push(own.render());
  }
  return `${parts.join('\n\n')}\n`;
}

/** Objects in the order in which they are met; one that is met again, here or before, is told by a link to where it was first. */
class Page {
  readonly #sections: Section[] = [];
  readonly #known: Map<string, string>;

  constructor(known: Map<string, string>) {
    this.#known = known;
  }

  object(node: SchemaNode, path: string, title: string, lead: string): void {
    const rows: string[][] = [];
    const section = { title, lead, rows };
    this.#sections.push(section);
    this.#known.set(JSON.stringify(node), title);
    const later: (() => void)[] = [];
    const required = new Set(node.required);
    for (const [name, child] of Object.entries(node.properties ?? {})) {
      const place = path === '' ? name : `${path}.${name}`;
      rows.push([
        `<a id="${anchorOf(place)}"></a>${code(name)}`,
        this.#type(child, place, later),
        defaultText(child, required.has(name)),
        rangeText(child),
        child['x-weft-class'] ?? 'implemented',
        meaning(child),
      ]);
    }
    for (const visit of later) visit();
  }

  contents(): string {
    return this.#sections.map(({ title }) => `- ${linkTo(title)}`).join('\n');
  }

  render(): string {
    const head = ['Key', 'Type', 'Default', 'Range', 'Class', 'Meaning'];
    const sections = this.#sections.map(({ title, lead, rows }) => {
      const table = rows.length === 0 ? 'It has no keys.' : markdownTable(head, rows);
      return `### ${title}\n\n${lead}\n\n${table}`;
    });
    return sections.join('\n\n');
  }

  /** The type of a value; an object that has keys becomes a section, told by a link. */
  #type(node: SchemaNode, place: string, later: (() => void)[]): string {
    const fieldClass = node['x-weft-class'];
    if (fieldClass === 'ignored' || fieldClass === 'unsupported') return plainType(node);
    if (node.type === 'array' && node.items !== undefined) {
      return `list of ${this.#type(node.items, `${place}[]`, later).replace(/^(text|size|duration|object)$/, '$1s')}`;
    }
    if (node.anyOf !== undefined) return node.anyOf.map((branch) => this.#type(branch, place, later)).join(' or ');
    if (typeof node.additionalProperties === 'object') {
      return `object of ${this.#type(node.additionalProperties, `${place}.*`, later)} by key`;
    }
    if (node.type !== 'object' || Object.keys(node.properties ?? {}).length === 0) return plainType(node);
    const text = JSON.stringify(node);
    let title = this.#known.get(text);
    if (title === undefined) {
      title = code(place);
      this.#known.set(text, title);
      later.push(() => this.object(node, place, code(place), node.description ?? ''));
    }
    return linkTo(title, 'object');
  }
}

const FORMATS = {
  duration: 'duration',
  'duration-ns': 'duration, or a number of nanoseconds',
  bytes: 'size',
  'auto-count': 'whole number or `"auto"`',
} as const;

function plainType(node: SchemaNode): string {
  const format = node['x-weft-format'];
  if (format !== undefined) return FORMATS[format];
  if (node.enum !== undefined) return node.enum.map((value) => code(JSON.stringify(value))).join(', ');
  switch (node.type) {
    case 'object':
      return node['x-weft-json'] === true ? 'any object' : 'object';
    case 'array':
      return 'list';
    case 'string':
      return node['x-weft-secret'] === true ? 'secret text' : 'text';
    case 'integer':
      return 'whole number';
    case 'number':
      return 'number';
    case 'boolean':
      return 'true or false';
    default:
      return 'any JSON';
  }
}

function defaultText(node: SchemaNode, isRequired: boolean): string {
  const fieldClass = node['x-weft-class'];
  if (fieldClass === 'ignored' || fieldClass === 'unsupported') return '';
  if (node.default === undefined) return isRequired ? '*needed*' : 'none';
  const zero = node.type === 'string' || node.enum?.some((value) => typeof value === 'string') ? '`""`' : '0';
  const empty = node.default === '' || node.default === 0;
  return `${valueText(node.default, node)}${node['x-weft-zero-is-default'] === true && !empty ? ` (also for ${zero})` : ''}`;
}

function valueText(value: unknown, node: SchemaNode): string {
  const isNumber = typeof value === 'number';
  if (isNumber && node['x-weft-format'] === 'bytes') return code(formatBytes(value));
  if (isNumber && node['x-weft-format'] === 'duration') return code(formatDuration(value));
  return code(JSON.stringify(value));
}

/** Bounds that only say "not negative" or repeat the width of the machine's numbers are left out. */
const UNSAID_MAXIMA: readonly unknown[] = [4_294_967_295, Number.MAX_SAFE_INTEGER];

function rangeText(node: SchemaNode): string {
  const format = node['x-weft-format'];
  const show = (bound: number): string => {
    if (format === 'bytes') return formatBytes(bound);
    return format === 'duration' || format === 'duration-ns' ? formatDuration(bound) : String(bound);
  };
  const unit = format === undefined ? (node['x-weft-unit'] ?? '') : '';
  const low = node.minimum === undefined ? '' : show(node.minimum);
  const high = node.maximum === undefined || UNSAID_MAXIMA.includes(node.maximum) ? '' : show(node.maximum);
  const parts: string[] = [];
  if (low !== '' && high !== '') parts.push(`${low} to ${high}`);
  else if (high !== '') parts.push(`at most ${high}`);
  else if (low !== '' && node.minimum !== 0) parts.push(`at least ${low}`);
  if (node.exclusiveMinimum !== undefined) parts.push(`above ${show(node.exclusiveMinimum)}`);
  if (node.exclusiveMaximum !== undefined) parts.push(`below ${show(node.exclusiveMaximum)}`);
  if (unit !== '' && parts.length > 0) parts[0] += ` ${unit}`;
  else if (unit !== '') parts.push(unit);
  if (node.type === 'string') parts.push(...span(node.minLength, node.maxLength, 'characters'));
  if (node.type === 'object') parts.push(...span(undefined, node.maxProperties, 'entries'));
  if (node.type === 'array') parts.push(...span(node.minItems, node.maxItems, 'entries'));
  return parts.join(', ');
}

function span(low: number | undefined, high: number | undefined, what: string): string[] {
  if (low !== undefined && low === high) return [`exactly ${low}`];
  if (low !== undefined && high !== undefined) return [`${low} to ${high} ${what}`];
  if (high !== undefined) return [`at most ${high} ${what}`];
  return low === undefined ? [] : [`at least ${low} ${what}`];
}

function meaning(node: SchemaNode): string {
  const parts = [node.description ?? ''];
  const say = (what: string, text: string | undefined): void => {
    if (text !== undefined && text !== '') parts.push(`${what}${text}.`);
  };
  const fieldClass = node['x-weft-class'];
  if (fieldClass === 'ignored') say('*No effect:* ', node['x-weft-hint']);
  if (fieldClass === 'unsupported') say('*Refused:* ', node['x-weft-hint']);
  if (node.type === 'string' && node.enum === undefined) say('Expected: ', node['x-weft-expected']);
  if (node['x-weft-ignore-case'] === true) parts.push('Case does not matter.');
  if (node['x-weft-clamp'] === true) parts.push('A number above the range is cut to it, with a warning.');
  if (node['x-weft-strict'] === true) parts.push('Unknown keys are errors.');
  for (const [value, hint] of Object.entries(node['x-weft-unsupported-values'] ?? {})) {
    parts.push(`${code(value)} is refused: ${hint}.`);
  }
  say('Deprecated name: ', node['x-weft-alias']?.map(code).join(', '));
  const examples = (node.examples ?? []).map((example) => code(JSON.stringify(example)));
  say(examples.length > 1 ? 'Examples: ' : 'Example: ', examples.join(', '));
  return parts.filter((part) => part !== '').join(' ');
}

/** The name that a link to one key ends with, such as `key-servers.listeners.address`. */
function anchorOf(place: string): string {
  return `key-${place.replaceAll('[]', '').replaceAll(/[^\w.*-]/g, '')}`;
}

function linkTo(title: string, text = title): string {
  const slug = title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
  return `[${text}](#${slug})`;
}
