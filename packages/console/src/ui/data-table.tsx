import { DownloadOutlined, ReloadOutlined, SettingOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Dropdown, Flex, Popover, Space, Table, type TableColumnType, Tooltip } from 'antd';
import type { CSSProperties, ReactNode } from 'react';
import { useI18n } from '../i18n/index.ts';
import { type ListQuery, type Page, readAll } from '../services/paging.ts';
import { LIVE_INTERVAL_MS } from '../services/queries.ts';
import { download, toCsv } from './download.ts';
import { ErrorAlert } from './error-alert.tsx';
import { PauseButton } from './pause-button.tsx';
import { usePaused } from './time-span.tsx';
import { numberOf, textOf, useView } from './url-state.ts';
import { useReport } from './use-report.tsx';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly render: (row: Row) => ReactNode;
  /** What an export has in this column; without it the column is not exported. */
  readonly value?: (row: Row) => string | number | boolean | null;
  /** Name of the field that the server sorts by. */
  readonly sort?: string;
  /** Small, below the title: what is said of all figures of the column, such as their time. */
  readonly note?: string;
  readonly align?: 'left' | 'right';
  readonly width?: number;
  /** Long texts end in an ellipsis; hovering shows the whole. */
  readonly ellipsis?: boolean;
  /** Only after it was chosen in the column chooser. */
  readonly hidden?: boolean;
  readonly fixed?: 'start' | 'end';
}

interface DataTableProps<Row extends object> {
  readonly label: string;
  readonly queryKey: readonly unknown[];
  readonly read: (query: ListQuery) => Promise<Page<Row>>;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string | number;
  readonly empty: ReactNode;
  readonly filters?: ReactNode;
  readonly actions?: ReactNode;
  readonly exportName: string;
  readonly selection?: {
    readonly keys: readonly (string | number)[];
    readonly onChange: (keys: (string | number)[], rows: Row[]) => void;
  };
  /** Distinguishes the lists of one address. */
  readonly prefix?: string;
  readonly minWidth?: number;
  /** Columns keep their widths and the one without takes what is left. */
  readonly fixedLayout?: boolean;
}

const SIZES = [20, 50, 100] as const;

/** The list of every page: sorting, paging and filters at the server, live cells, column chooser, export. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { t } = useI18n();
  const report = useReport();
  const [view, setView] = useView();
  const [paused, setPaused] = usePaused();
  const prefix = props.prefix ?? '';
  const usual = props.columns.filter((column) => column.hidden !== true).map((column) => column.key);
  const chosen = textOf(view, `${prefix}columns`)?.split(',');
  const shown = chosen ?? usual;
  const setShown = (keys: readonly string[]): void => {
    // In the order of the list, so that one choice has one address.
    const next = props.columns.map((column) => column.key).filter((key) => keys.includes(key));
    setView({ [`${prefix}columns`]: next.join() === usual.join() || next.length === 0 ? undefined : next.join() });
  };
  const query: ListQuery = {
    page: Math.max(1, numberOf(view, `${prefix}page`, 1)),
    size: SIZES.find((size) => size === view[`${prefix}size`]) ?? SIZES[0],
    ...(textOf(view, `${prefix}sort`) === undefined ? {} : { sort: textOf(view, `${prefix}sort`) }),
  };
  const { data, error, isFetching, isLoading, refetch } = useQuery({
    queryKey: [...props.queryKey, query],
    queryFn: () => props.read(query),
    placeholderData: keepPreviousData,
    refetchInterval: paused ? false : LIVE_INTERVAL_MS,
  });

  const exportRows = async (format: 'csv' | 'json'): Promise<void> => {
    const rows = await readAll(props.read, query.sort);
    if (format === 'json') {
      download(`${props.exportName}.json`, 'application/json', `${JSON.stringify(rows, null, 2)}\n`);
      return;
    }
    const columns = props.columns.filter((column) => column.value !== undefined);
    const lines = rows.map((row) => columns.map((column) => column.value?.(row) ?? null));
    download(`${props.exportName}.csv`, 'text/csv', toCsv([columns.map(fullTitle), ...lines]));
  };

  const columns = props.columns
    .filter((column) => shown.includes(column.key))
    .map(
      (column): TableColumnType<Row> => ({
        key: column.key,
        title: column.note === undefined ? column.title : <NotedTitle title={column.title} note={column.note} />,
        render: (_, row) => column.render(row),
        ...(column.align === undefined ? {} : { align: column.align }),
        ...(column.width === undefined ? {} : { width: column.width }),
        ...(column.fixed === undefined ? {} : { fixed: column.fixed }),
        ...(column.ellipsis === true ? { ellipsis: { showTitle: true } } : {}),
        ...(column.sort === undefined ? {} : { sorter: true, sortOrder: orderOf(query.sort, column.sort) }),
      }),
    );

  return (
    <section
      className="weft-card weft-table"
      aria-label={props.label}
      style={{ '--weft-table-min': `${props.minWidth ?? 0}px` } as CSSProperties}
    >
      <Flex className="weft-toolbar" wrap gap={8} justify="space-between">
        <Flex wrap gap={8} align="center">
          {props.filters}
        </Flex>
        <Space size={8} wrap>
          {props.actions}
          <Space.Compact>
            <PauseButton paused={paused} onChange={setPaused} />
            <Tooltip title={t('ui.refresh')}>
              <Button
                aria-label={t('ui.refresh')}
                icon={<ReloadOutlined spin={isFetching && isLoading} />}
                onClick={() => void refetch()}
              />
            </Tooltip>
            <Dropdown
              trigger={['click']}
              menu={{
                items: [
                  { key: 'csv', label: t('ui.export-csv') },
                  { key: 'json', label: t('ui.export-json') },
                ],
                onClick: ({ key }) => void exportRows(key === 'csv' ? 'csv' : 'json').catch(report.failed),
              }}
            >
              <Tooltip title={t('ui.export')}>
                <Button aria-label={t('ui.export')} icon={<DownloadOutlined />} />
              </Tooltip>
            </Dropdown>
            <Popover
              trigger="click"
              placement="bottomRight"
              title={t('ui.columns')}
              content={
                <Checkbox.Group
                  className="weft-column-chooser"
                  value={[...shown]}
                  onChange={(keys) => setShown(keys)}
                  options={props.columns
                    .filter((column) => column.title !== '')
                    .map((column) => ({ value: column.key, label: fullTitle(column) }))}
                />
              }
            >
              <Tooltip title={t('ui.columns')}>
                <Button aria-label={t('ui.columns')} icon={<SettingOutlined />} />
              </Tooltip>
            </Popover>
          </Space.Compact>
        </Space>
      </Flex>
      {error !== null && <ErrorAlert error={error} onRetry={() => void refetch()} />}
      <Table<Row>
        size="middle"
        tableLayout={props.fixedLayout === true ? 'fixed' : 'auto'}
        loading={isLoading}
        columns={columns}
        dataSource={data === undefined ? [] : [...data.items]}
        rowKey={props.rowKey}
        locale={{ emptyText: isLoading || error !== null ? ' ' : props.empty }}
        {...(props.selection === undefined
          ? {}
          : {
              rowSelection: {
                selectedRowKeys: [...props.selection.keys],
                preserveSelectedRowKeys: true,
                onChange: (keys, rows) => props.selection?.onChange(keys as (string | number)[], rows),
                getTitleCheckboxProps: () => ({ 'aria-label': t('ui.select-all') }) as object,
                getCheckboxProps: (row: Row) =>
                  ({ 'aria-label': t('ui.select-row', { row: props.rowKey(row) }) }) as object,
              },
            })}
        pagination={
          data === undefined || data.total === 0
            ? false
            : {
                current: query.page,
                pageSize: query.size,
                total: data.total,
                showSizeChanger: data.total > SIZES[0],
                pageSizeOptions: SIZES.map(String),
                showTotal: (total) => t('ui.total', { total }),
                size: 'small',
              }
        }
        onChange={(pagination, _filters, sorter) => {
          const one = Array.isArray(sorter) ? sorter[0] : sorter;
          const field = props.columns.find((column) => column.key === one?.columnKey)?.sort;
          const sort =
            field === undefined || one?.order == null ? undefined : `${one.order === 'descend' ? '-' : ''}${field}`;
          setView({
            [`${prefix}page`]: sort === query.sort && (pagination.current ?? 1) > 1 ? pagination.current : undefined,
            [`${prefix}size`]: pagination.pageSize === SIZES[0] ? undefined : pagination.pageSize,
            [`${prefix}sort`]: sort,
          });
        }}
      />
    </section>
  );
}

/** A head with what belongs to all of its figures below it, so that it needs no more room than they do. */
function NotedTitle({ title, note }: { readonly title: string; readonly note: string }) {
  return (
    <>
      {title}
      <div className="weft-head-note">{note}</div>
    </>
  );
}

const fullTitle = ({ title, note }: { readonly title: string; readonly note?: string }): string =>
  note === undefined ? title : `${title} (${note})`;

function orderOf(sort: string | undefined, field: string): 'ascend' | 'descend' | null {
  if (sort === field) return 'ascend';
  return sort === `-${field}` ? 'descend' : null;
}
