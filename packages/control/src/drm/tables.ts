import type { Generated } from 'kysely';
import type { ComponentMigrations } from '../storage/index.ts';

export interface DrmTables {
  t_drm_data: {
    instance_id: string;
    zone: string;
    data_id_hash: string;
    data_id: string;
    version: number;
    value: string;
    sha256: string;
    owner: string;
    operator: string;
    comment: string;
    gmt_create: number;
    gmt_modified: number;
    /** Only proxies of this workspace get it; '' = all of the instance. */
    workspace_id: string;
  };
  t_drm_history: {
    id: Generated<number>;
    instance_id: string;
    zone: string;
    data_id_hash: string;
    version: number;
    value: string;
    sha256: string;
    owner: string;
    operator: string;
    comment: string;
    gmt_create: number;
  };
  t_drm_gray: {
    instance_id: string;
    zone: string;
    data_id_hash: string;
    data_id: string;
    version: number;
    value: string;
    sha256: string;
    /** JSON. */
    selector: string;
    operator: string;
    comment: string;
    gmt_modified: number;
  };
  /** `since` is 0 for a freeze of a release that did not write it down. */
  t_drm_freeze: { id: number; until: number; reason: string; operator: string; since: number };
  t_drm_workspace_freeze: {
    tenant_id: string;
    workspace_id: string;
    until: number;
    reason: string;
    operator: string;
    since: number;
  };
}

export const drmMigrations: ComponentMigrations = {
  component: 'drm',
  migrations: [
    {
      id: 1,
      title: 'values, their history, freeze',
      // A dataId of 2048 bytes is too long for the key of some databases: its hash stands in the keys.
      statements: ({ text, integer, longText, serialPrimaryKey }) => [
        `CREATE TABLE t_drm_data (instance_id ${text(64)} NOT NULL, zone ${text(64)} NOT NULL, data_id_hash ${text(64)} NOT NULL, data_id ${text(2048)} NOT NULL, version ${integer} NOT NULL, value ${longText} NOT NULL, sha256 ${text(64)} NOT NULL, owner ${text(64)} NOT NULL, operator ${text(64)} NOT NULL, comment ${text(1024)} NOT NULL, gmt_create ${integer} NOT NULL, gmt_modified ${integer} NOT NULL, PRIMARY KEY (instance_id, zone, data_id_hash))`,
        `CREATE TABLE t_drm_history (id ${serialPrimaryKey}, instance_id ${text(64)} NOT NULL, zone ${text(64)} NOT NULL, data_id_hash ${text(64)} NOT NULL, version ${integer} NOT NULL, value ${longText} NOT NULL, sha256 ${text(64)} NOT NULL, owner ${text(64)} NOT NULL, operator ${text(64)} NOT NULL, comment ${text(1024)} NOT NULL, gmt_create ${integer} NOT NULL)`,
        'CREATE UNIQUE INDEX u_drm_history ON t_drm_history (instance_id, zone, data_id_hash, version)',
        `CREATE TABLE t_drm_freeze (id ${integer} NOT NULL PRIMARY KEY, until ${integer} NOT NULL, reason ${text(512)} NOT NULL, operator ${text(64)} NOT NULL)`,
      ],
    },
    {
      id: 2,
      title: 'begin of a freeze',
      statements: ({ integer }) => [`ALTER TABLE t_drm_freeze ADD COLUMN since ${integer} NOT NULL DEFAULT 0`],
    },
    {
      id: 3,
      title: 'values for a part of the proxies',
      statements: ({ text, integer, longText }) => [
        `CREATE TABLE t_drm_gray (instance_id ${text(64)} NOT NULL, zone ${text(64)} NOT NULL, data_id_hash ${text(64)} NOT NULL, data_id ${text(2048)} NOT NULL, version ${integer} NOT NULL, value ${longText} NOT NULL, sha256 ${text(64)} NOT NULL, selector ${longText} NOT NULL, operator ${text(64)} NOT NULL, comment ${text(1024)} NOT NULL, gmt_modified ${integer} NOT NULL, PRIMARY KEY (instance_id, zone, data_id_hash))`,
      ],
    },
    {
      id: 4,
      title: 'values of a workspace',
      statements: ({ text }) => [`ALTER TABLE t_drm_data ADD COLUMN workspace_id ${text(64)} NOT NULL DEFAULT ''`],
    },
    {
      id: 5,
      title: 'freezes of workspaces',
      statements: ({ text, integer }) => [
        `CREATE TABLE t_drm_workspace_freeze (tenant_id ${text(64)} NOT NULL, workspace_id ${text(64)} NOT NULL, until ${integer} NOT NULL, reason ${text(512)} NOT NULL, operator ${text(64)} NOT NULL, since ${integer} NOT NULL, PRIMARY KEY (tenant_id, workspace_id))`,
      ],
    },
  ],
};
