import { useEffect, useRef } from 'react';

/** Gives the focus back to where it was when a drawer was opened: one that is taken away as a whole does not do so itself. */
export function useReturnFocus(): void {
  const before = useRef(document.activeElement);
  useEffect(() => {
    const { current } = before;
    return () => {
      requestAnimationFrame(() => {
        const lost = document.activeElement === null || document.activeElement === document.body;
        if (lost && current instanceof HTMLElement && current.isConnected) current.focus();
      });
    };
  }, []);
}
