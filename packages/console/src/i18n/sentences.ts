/** Chinese stops bring their own room. */
const HAS_ROOM = /[。！？；：，]$/u;

/** What stands between a sentence and what follows it: nothing behind a Chinese stop, else a blank. */
export const gapBehind = (sentence: string): '' | ' ' => (HAS_ROOM.test(sentence) ? '' : ' ');

/** Texts behind one another, in any language; empty ones are left out. */
export const joinSentences = (sentences: readonly string[]): string =>
  sentences
    .filter((sentence) => sentence !== '')
    .reduce((before, sentence) => (before === '' ? sentence : `${before}${gapBehind(before)}${sentence}`), '');
