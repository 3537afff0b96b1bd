import type { Generated } from 'kysely';
import type { ComponentMigrations } from '../storage/index.ts';

export interface MeshserverTables {
  t_rule: {
    rule_db_id: Generated<number>;
    tenant_id: string;
    workspace_id: string;
    instance_id: string;
    type: string;
    app: string;
    name: string;
    /** Hash of app and name while the rule is there, its id afterwards: names are taken once, and free again. */
    name_key: string;
    enabled: number;
    /** The whole body, JSON. */
    body: string;
    version: number;
    created_by: string;
    gmt_create: number;
    modified_by: string;
    gmt_modified: number;
    change_id: string;
    deleted: number;
    /** When it is switched off by itself, Unix milliseconds; 0 for never. */
    gmt_expire: Generated<number>;
    /** Drafts saved so far, also those that are gone: the number of the last is the version of the one that there is. */
    drafts: Generated<number>;
  };
  t_rule_version: {
    rule_db_id: number;
    version: number;
    operation: string;
    body: string;
    operator: string;
    comment: string;
    change_id: string;
    gmt_create: number;
  };
  /** What a rule may become; one at most of each. */
  t_rule_draft: {
    rule_db_id: number;
    tenant_id: string;
    workspace_id: string;
    body: string;
    base_version: number;
    created_by: string;
    comment: string;
    gmt_create: number;
  };
  /** Switches of the lists that rules are in; one that is not here is on. */
  t_rule_list: {
    workspace_id: string;
    tenant_id: string;
    type: string;
    app: string;
    service_hash: string;
    service: string;
    list: string;
    enabled: number;
    modified_by: string;
    gmt_modified: number;
  };
  t_rollout: {
    rollout_id: Generated<number>;
    rule_db_id: number;
    tenant_id: string;
    workspace_id: string;
    instance_id: string;
    type: string;
    /** RUNNING, PAUSED, PROMOTED or ABORTED. */
    state: string;
    /** From 0. */
    step: number;
    /** Begin of the step, moved by pauses. */
    step_since: number;
    /** Milliseconds of the step that were over when it was paused. */
    waited: number;
    /** Version of the rule that it builds on. */
    base_version: number;
    /** JSON: steps, selector, content before and after, documents, comment, autoPromote. */
    plan: string;
    /** JSON: what happened, and the guard that was passed. */
    history: string;
    breach: string;
    created_by: string;
    gmt_create: number;
    ended_by: string;
    /** 0 while it is under way. */
    gmt_end: number;
  };
  t_figure_series: { series_id: string; kind: string; series_key: string; since: number };
  /** One chunk of a ring; a newer one takes its place. */
  t_figure_chunk: { series_id: string; ring: number; place: number; epoch: number; cells: string };
  t_change: {
    change_id: string;
    tenant_id: string;
    workspace_id: string;
    at: number;
    actor: string;
    kind: string;
    object: string;
    operation: string;
    summary: string;
    /** Documents that it wrote, JSON: dataId and version. */
    written: string;
  };
}

export const meshserverMigrations: ComponentMigrations = {
  component: 'meshserver',
  migrations: [
    {
      id: 1,
      title: 'rules, their versions, changes',
      statements: ({ text, integer, longText, serialPrimaryKey }) => [
        `CREATE TABLE t_rule (rule_db_id ${serialPrimaryKey}, tenant_id ${text(64)} NOT NULL, workspace_id ${text(64)} NOT NULL, instance_id ${text(64)} NOT NULL, type ${text(32)} NOT NULL, app ${text(128)} NOT NULL, name ${text(255)} NOT NULL, name_key ${text(64)} NOT NULL, enabled ${integer} NOT NULL, body ${longText} NOT NULL, version ${integer} NOT NULL, created_by ${text(64)} NOT NULL, gmt_create ${integer} NOT NULL, modified_by ${text(64)} NOT NULL, gmt_modified ${integer} NOT NULL, change_id ${text(64)} NOT NULL, deleted ${integer} NOT NULL)`,
        'CREATE UNIQUE INDEX u_rule_name ON t_rule (tenant_id, workspace_id, type, name_key)',
        'CREATE INDEX i_rule_document ON t_rule (instance_id, type, app, deleted)',
        `CREATE TABLE t_rule_version (rule_db_id ${integer} NOT NULL, version ${integer} NOT NULL, operation ${text(16)} NOT NULL, body ${longText} NOT NULL, operator ${text(64)} NOT NULL, comment ${text(1024)} NOT NULL, change_id ${text(64)} NOT NULL, gmt_create ${integer} NOT NULL, PRIMARY KEY (rule_db_id, version))`,
        `CREATE TABLE t_change (change_id ${text(64)} NOT NULL PRIMARY KEY, tenant_id ${text(64)} NOT NULL, workspace_id ${text(64)} NOT NULL, at ${integer} NOT NULL, actor ${text(64)} NOT NULL, kind ${text(16)} NOT NULL, object ${text(1024)} NOT NULL, operation ${text(64)} NOT NULL, summary ${text(1024)} NOT NULL, written ${longText} NOT NULL)`,
        'CREATE INDEX i_change_place ON t_change (tenant_id, workspace_id, at)',
      ],
    },
    {
      id: 2,
      title: 'figures over a restart',
      statements: ({ text, integer, longText }) => [
        `CREATE TABLE t_figure_series (series_id ${text(64)} NOT NULL PRIMARY KEY, kind ${text(16)} NOT NULL, series_key ${longText} NOT NULL, since ${integer} NOT NULL)`,
        `CREATE TABLE t_figure_chunk (series_id ${text(64)} NOT NULL, ring ${integer} NOT NULL, place ${integer} NOT NULL, epoch ${integer} NOT NULL, cells ${longText} NOT NULL, PRIMARY KEY (series_id, ring, place))`,
      ],
    },
    {
      id: 3,
      title: 'rollouts of rules',
      statements: ({ text, integer, longText, serialPrimaryKey }) => [
        `CREATE TABLE t_rollout (rollout_id ${serialPrimaryKey}, rule_db_id ${integer} NOT NULL, tenant_id ${text(64)} NOT NULL, workspace_id ${text(64)} NOT NULL, instance_id ${text(64)} NOT NULL, type ${text(32)} NOT NULL, state ${text(16)} NOT NULL, step ${integer} NOT NULL, step_since ${integer} NOT NULL, waited ${integer} NOT NULL, base_version ${integer} NOT NULL, plan ${longText} NOT NULL, history ${longText} NOT NULL, breach ${longText} NOT NULL, created_by ${text(64)} NOT NULL, gmt_create ${integer} NOT NULL, ended_by ${text(64)} NOT NULL, gmt_end ${integer} NOT NULL)`,
        'CREATE INDEX i_rollout_rule ON t_rollout (rule_db_id, rollout_id)',
      ],
    },
    {
      id: 4,
      title: 'switches of lists',
      statements: ({ text, integer }) => [
        `CREATE TABLE t_rule_list (tenant_id ${text(64)} NOT NULL, workspace_id ${text(64)} NOT NULL, type ${text(32)} NOT NULL, app ${text(128)} NOT NULL, service_hash ${text(64)} NOT NULL, service ${text(512)} NOT NULL, list ${text(16)} NOT NULL, enabled ${integer} NOT NULL, modified_by ${text(64)} NOT NULL, gmt_modified ${integer} NOT NULL, PRIMARY KEY (tenant_id, workspace_id, type, app, service_hash, list))`,
      ],
    },
    {
      id: 5,
      title: 'rules that end by themselves',
      statements: ({ integer }) => [`ALTER TABLE t_rule ADD COLUMN gmt_expire ${integer} NOT NULL DEFAULT 0`],
    },
    {
      id: 6,
      title: 'drafts of rules',
      statements: ({ text, integer, longText }) => [
        `CREATE TABLE t_rule_draft (rule_db_id ${integer} NOT NULL PRIMARY KEY, tenant_id ${text(64)} NOT NULL, workspace_id ${text(64)} NOT NULL, body ${longText} NOT NULL, base_version ${integer} NOT NULL, created_by ${text(64)} NOT NULL, comment ${text(1024)} NOT NULL, gmt_create ${integer} NOT NULL)`,
      ],
    },
    {
      id: 7,
      title: 'versions of drafts',
      statements: ({ integer }) => [
        `ALTER TABLE t_rule ADD COLUMN drafts ${integer} NOT NULL DEFAULT 0`,
        'UPDATE t_rule SET drafts = 1 WHERE rule_db_id IN (SELECT rule_db_id FROM t_rule_draft)',
      ],
    },
  ],
};
