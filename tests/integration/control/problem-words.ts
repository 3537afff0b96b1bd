import { type Message, problemMessage } from '@weft/api';

/** What of a text about wrong values no other language can say: words beside values, names and signs. */
export function unknownWords(text: string): string[] {
  const said = problemMessage(text);
  return said === null ? [text] : unknownIn(said);
}

function unknownIn({ params }: Message): string[] {
  return Object.entries(params).flatMap(([name, value]) => {
    if (typeof value === 'object') return unknownIn(value);
    // Values are what somebody wrote; `what` and the like are said by us, and are plain text only where nobody knows them.
    return ['what', 'expected', 'rest', 'first', 'hint'].includes(name) &&
      / [a-z]{2,} |^[a-z]+ [a-z]+/.test(String(value))
      ? [String(value)]
      : [];
  });
}
