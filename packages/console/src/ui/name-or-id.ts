/** The name of a rule, or its number where nothing of the name would be seen: a link needs a text. */
export function nameOrId(name: string, id: number | string): string {
  return UNSEEN.test(name) ? `#${id}` : name;
}

/** Blanks, control and format characters, fillers, and marks that stand on none. */
const UNSEEN = /^[\s\p{M}\p{C}\p{Z}\u115f\u1160\u2800\u3164\uffa0]*$/u;
