interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
}

const PAGE_SIZE = 500;
/** Nobody reads more than that in a terminal; the interface has cursors for programs. */
const MAX_PAGES = 20;

/** All items of a list, 10 000 at most. */
export async function allPages<T>(load: (page: { page: number; size: number }) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  for (let page = 1; page <= MAX_PAGES; page++) {
    const found = await load({ page, size: PAGE_SIZE });
    items.push(...found.items);
    if (found.items.length < PAGE_SIZE || items.length >= found.total) break;
  }
  return items;
}
