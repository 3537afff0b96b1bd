interface MiddleTextProps {
  readonly text: string;
  /** Characters at the end that are always shown. */
  readonly tail: number;
}

/** Texts of so many characters are never cut. */
const SHORT = 10;

/** A text of one line that is cut in the middle when it does not fit: how it begins and how it ends both tell it from others. */
export function MiddleText({ text, tail }: MiddleTextProps) {
  if (text.length <= SHORT || tail <= 0 || tail >= text.length) return <span title={text}>{text}</span>;
  return (
    <span className="weft-middle" title={text}>
      {/* Of two boxes readers of the screen would make two words. */}
      <span className="weft-unseen">{text}</span>
      <span className="weft-middle-head" aria-hidden>
        {text.slice(0, -tail)}
      </span>
      <span className="weft-middle-tail" aria-hidden>
        {text.slice(-tail)}
      </span>
    </span>
  );
}
