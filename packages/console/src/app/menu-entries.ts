import type { RuleSegment } from '@weft/api/rules';
import type { MessageKey } from '../i18n/index.ts';
import type { PermissionPoint } from '../services/session.ts';
import { KINDS, type RuleKind } from '../ui/rule-kinds/index.ts';

export interface MenuEntry {
  readonly path: string;
  /** A text of the console, or the type of rules whose name stands there. */
  readonly label: MessageKey | RuleKind;
  readonly icon: 'services' | RuleSegment | 'proxies' | 'topology' | 'explain' | 'audit';
  readonly needs: PermissionPoint;
}

export interface MenuGroup {
  readonly label: MessageKey;
  readonly entries: readonly MenuEntry[];
}

/** The menu from top to bottom; an entry without the permission to read is left out. */
export const MENU: readonly MenuGroup[] = [
  {
    label: 'menu.mesh',
    entries: [
      { path: '/services', label: 'menu.services', icon: 'services', needs: 'mesh:service:read' },
      { path: '/proxies', label: 'menu.proxies', icon: 'proxies', needs: 'mesh:sidecar:read' },
    ],
  },
  {
    label: 'menu.governance',
    entries: KINDS.map((kind) => ({
      path: `/rules/${kind.segment}`,
      label: kind,
      icon: kind.segment,
      needs: `mesh:rule-${kind.segment}:read` as const,
    })),
  },
  {
    label: 'menu.observe',
    entries: [
      { path: '/topology', label: 'menu.topology', icon: 'topology', needs: 'mesh:monitor:read' },
      { path: '/explain', label: 'menu.explain', icon: 'explain', needs: 'mesh:sidecar:read' },
    ],
  },
  {
    label: 'menu.admin',
    entries: [{ path: '/audit', label: 'menu.audit', icon: 'audit', needs: 'osp:audit:read' }],
  },
];

/** The menu of somebody who may do this; groups without an entry are left out. */
export function visibleMenu(can: (point: PermissionPoint) => boolean): readonly MenuGroup[] {
  return MENU.map((group) => ({ ...group, entries: group.entries.filter((entry) => can(entry.needs)) })).filter(
    (group) => group.entries.length > 0,
  );
}
