import { DownloadOutlined } from '@ant-design/icons';
import { Button, Table } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import type { Topology, TopologyEdge } from '../../services/topology.ts';
import { download, toCsv } from '../../ui/download.ts';
import { SearchFilter } from '../../ui/filter-inputs.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { textOf, useView } from '../../ui/url-state.ts';
import { nameOf } from './graph-style.ts';
import { Marks, Routed } from './marks.tsx';

interface TopologyListProps {
  readonly topology: Topology;
  readonly onNode: (id: string) => void;
  readonly onEdge: (id: string) => void;
}

/** The edges of the graph as a table: the same figures, sorted by any of them. */
export function TopologyList({ topology, onNode, onEdge }: TopologyListProps) {
  const { t, format } = useI18n();
  const [view, setView] = useView();
  const names = new Map(topology.nodes.map((node) => [node.id, nameOf(node, t)]));
  const name = (id: string): string => names.get(id) ?? id;
  const marks = new Map(topology.nodes.map((node) => [node.id, node.marks]));
  /** Of the call and of who is called; what was refused is counted for each call by itself. */
  const marksOf = (edge: TopologyEdge) => [
    ...new Set([...edge.marks, ...(marks.get(edge.target) ?? []).filter((mark) => mark !== 'limited')]),
  ];
  const nodeButton = (id: string) => (
    <Button type="link" size="small" className="weft-cell-button" onClick={() => onNode(id)}>
      {name(id)}
    </Button>
  );
  const keyword = (textOf(view, 'keyword') ?? '').toLowerCase();
  const sort = textOf(view, 'sort');
  const fits = (edge: TopologyEdge): boolean =>
    [name(edge.source), name(edge.target), edge.service].some((word) => word.toLowerCase().includes(keyword));
  const orderOf = (key: string): 'ascend' | 'descend' | null =>
    sort === key ? 'ascend' : sort === `-${key}` ? 'descend' : null;
  const numeric = (
    key: 'rps' | 'rtMs' | 'errorRatio' | 'rejected',
    title: string,
    show: (edge: TopologyEdge) => string,
  ) => ({
    key,
    title,
    align: 'right' as const,
    sorter: (a: TopologyEdge, b: TopologyEdge) => a[key] - b[key],
    sortOrder: orderOf(key),
    render: (_: unknown, edge: TopologyEdge) => show(edge),
  });
  const exportCsv = (): void => {
    const head = [
      'source',
      'target',
      'protocol',
      'service',
      'rps',
      'rtMs',
      'p50Ms',
      'p99Ms',
      'errorRatio',
      'rejected',
      'routes',
    ];
    const rows = topology.edges.map((edge) => [
      name(edge.source),
      name(edge.target),
      edge.protocol,
      edge.service,
      edge.rps,
      edge.rtMs,
      edge.p50Ms,
      edge.p99Ms,
      edge.errorRatio,
      edge.rejected,
      edge.routes.map(({ name: rule, percent, group }) => `${rule}: ${percent} % ${group}`).join('; '),
    ]);
    download('topology.csv', 'text/csv', toCsv([head, ...rows]));
  };
  return (
    <div className="weft-card-padded">
      <div className="weft-toolbar weft-toolbar-flat">
        <SearchFilter name="keyword" label={t('topology.search')} />
        <Button icon={<DownloadOutlined />} onClick={exportCsv}>
          {t('ui.export-csv')}
        </Button>
      </div>
      <Table<TopologyEdge>
        size="middle"
        rowKey={(edge) => edge.id}
        dataSource={topology.edges.filter(fits)}
        locale={{ emptyText: <NothingHere title={t('topology.none-fits')} /> }}
        onChange={(_pages, _filters, sorter) => {
          const one = Array.isArray(sorter) ? sorter[0] : sorter;
          const key = one?.order == null ? undefined : String(one.columnKey);
          setView({ sort: key === undefined ? undefined : `${one?.order === 'descend' ? '-' : ''}${key}` });
        }}
        pagination={topology.edges.length > 50 ? { defaultPageSize: 50, size: 'small' } : false}
        scroll={{ x: 'max-content' }}
        columns={[
          {
            key: 'source',
            title: t('topology.source'),
            sorter: (a, b) => name(a.source).localeCompare(name(b.source)),
            sortOrder: orderOf('source'),
            render: (_, edge) => nodeButton(edge.source),
          },
          {
            key: 'target',
            title: t('topology.target'),
            sorter: (a, b) => name(a.target).localeCompare(name(b.target)),
            sortOrder: orderOf('target'),
            render: (_, edge) => nodeButton(edge.target),
          },
          {
            key: 'protocol',
            title: t('topology.protocol'),
            render: (_, edge) => (
              <Button type="link" size="small" className="weft-cell-button" onClick={() => onEdge(edge.id)}>
                {edge.protocol}
              </Button>
            ),
          },
          numeric('rps', t('ui.rps'), (edge) => format.decimal(edge.rps)),
          numeric('rtMs', t('ui.rt'), (edge) => format.milliseconds(edge.rtMs)),
          numeric('errorRatio', t('ui.error-ratio'), (edge) => format.percent(edge.errorRatio)),
          numeric('rejected', t('ui.rejected'), (edge) => format.integer(edge.rejected)),
          {
            key: 'marks',
            title: t('topology.marks'),
            render: (_, edge) => (
              <>
                <Routed routes={edge.routes} />
                <Marks marks={marksOf(edge)} rejected={edge.rejected} />
              </>
            ),
          },
        ]}
      />
    </div>
  );
}
