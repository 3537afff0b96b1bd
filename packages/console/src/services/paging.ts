/** The part of a list query that every list has. */
export interface ListQuery {
  readonly page: number;
  readonly size: number;
  readonly sort?: string;
}

export interface Page<Row> {
  readonly items: readonly Row[];
  readonly total: number;
  readonly page: number;
  readonly size: number;
}

const EXPORT_PAGE_SIZE = 500;
/** Rows of an export at most. */
export const MAX_EXPORT_ROWS = 10_000;

/** Every row of a list, page by page, up to the bound of an export. */
export async function readAll<Row>(read: (query: ListQuery) => Promise<Page<Row>>, sort?: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 1; rows.length < MAX_EXPORT_ROWS; page += 1) {
    const answer = await read({ page, size: EXPORT_PAGE_SIZE, ...(sort === undefined ? {} : { sort }) });
    rows.push(...answer.items);
    if (answer.items.length === 0 || rows.length >= answer.total) break;
  }
  return rows.slice(0, MAX_EXPORT_ROWS);
}
