/** Every value of an option that may be given more than once, in their order. */
export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];
