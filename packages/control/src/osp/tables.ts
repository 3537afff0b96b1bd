import type { Generated } from 'kysely';
import type { ComponentMigrations } from '../storage/index.ts';

export interface OspTables {
  t_tenant: {
    tenant_id: string;
    tenant_name: string | null;
    region_id: string | null;
    region_name: string | null;
    /** Null until it is read for the first time: rows may be inserted by hand. */
    instance_id: string | null;
    status: Generated<string>;
    gmt_create: string | null;
    gmt_modified: string | null;
  };
  t_workspace: {
    tenant_id: string;
    workspace_id: string;
    workspace_name: string | null;
    operator: string | null;
    zones: Generated<string | null>;
    gmt_create: string | null;
    gmt_modified: string | null;
  };
  t_user: {
    user_id: string;
    login_name: string;
    display_name: string;
    email: string;
    password_hash: string;
    must_change: number;
    status: string;
    failures: number;
    locked_until: number;
    last_login: number | null;
    gmt_create: number;
    gmt_modified: number;
  };
  t_role_binding: {
    binding_id: string;
    user_id: string;
    role: string;
    tenant_id: string | null;
    workspace_id: string | null;
    expires_at: number | null;
    gmt_create: number;
  };
  t_session: {
    /** SHA-256 of the cookie: the table alone opens nothing. */
    session_hash: string;
    user_id: string;
    tenant_id: string;
    workspace_id: string;
    last_seen: number;
    expires_at: number;
    gmt_create: number;
  };
  t_api_token: {
    token_id: string;
    token_hash: string;
    prefix: string;
    name: string;
    user_id: string;
    tenant_id: string;
    workspace_id: string;
    expires_at: number | null;
    last_used: number | null;
    gmt_create: number;
  };
  t_access_key: {
    access_key_id: string;
    secret_cipher: string;
    tenant_id: string;
    workspace_id: string;
    status: string;
    last_used: number | null;
    gmt_create: number;
    gmt_modified: number;
  };
  t_product_enable: {
    tenant_id: string;
    product_code: string;
    /** '' for the row of the tenant. */
    workspace_id: string;
    /** Of a tenant `OPENED` or `CLOSED`, of a workspace `STARTED` or `CLOSED`. */
    state: string;
    operator: string;
    gmt_create: number;
    gmt_modified: number;
  };
  t_audit_log: {
    id: Generated<number>;
    ts: number;
    actor: string;
    actor_type: string;
    tenant_id: string;
    workspace_id: string;
    action: string;
    object: string;
    diff: string;
    result: string;
    ip: string;
    request_id: string;
    change_id: string;
    prev_hash: string;
    hash: string;
  };
}

export const ospMigrations: ComponentMigrations = {
  component: 'osp',
  migrations: [
    {
      id: 1,
      title: 'tenants, users, sessions, keys, audit',
      statements: ({ text, integer, longText, serialPrimaryKey }) => [
        `CREATE TABLE t_tenant (tenant_id ${text(64)} NOT NULL PRIMARY KEY, tenant_name ${text(128)}, region_id ${text(64)}, region_name ${text(128)}, instance_id ${text(64)} UNIQUE, status ${text(16)} NOT NULL DEFAULT 'ACTIVE', gmt_create ${text(32)}, gmt_modified ${text(32)})`,
        `CREATE TABLE t_workspace (tenant_id ${text(64)} NOT NULL, workspace_id ${text(64)} NOT NULL, workspace_name ${text(128)}, operator ${text(64)}, zones ${text(1024)}, gmt_create ${text(32)}, gmt_modified ${text(32)}, PRIMARY KEY (tenant_id, workspace_id))`,
        `CREATE TABLE t_user (user_id ${text(64)} NOT NULL PRIMARY KEY, login_name ${text(64)} NOT NULL UNIQUE, display_name ${text(128)} NOT NULL, email ${text(254)} NOT NULL, password_hash ${text(255)} NOT NULL, must_change ${integer} NOT NULL, status ${text(16)} NOT NULL, failures ${integer} NOT NULL, locked_until ${integer} NOT NULL, last_login ${integer}, gmt_create ${integer} NOT NULL, gmt_modified ${integer} NOT NULL)`,
        `CREATE TABLE t_role_binding (binding_id ${text(64)} NOT NULL PRIMARY KEY, user_id ${text(64)} NOT NULL, role ${text(64)} NOT NULL, tenant_id ${text(64)}, workspace_id ${text(64)}, expires_at ${integer}, gmt_create ${integer} NOT NULL)`,
        'CREATE INDEX i_role_binding_user ON t_role_binding (user_id)',
        `CREATE TABLE t_session (session_hash ${text(64)} NOT NULL PRIMARY KEY, user_id ${text(64)} NOT NULL, tenant_id ${text(64)} NOT NULL, workspace_id ${text(64)} NOT NULL, last_seen ${integer} NOT NULL, expires_at ${integer} NOT NULL, gmt_create ${integer} NOT NULL)`,
        'CREATE INDEX i_session_user ON t_session (user_id)',
        `CREATE TABLE t_api_token (token_id ${text(64)} NOT NULL PRIMARY KEY, token_hash ${text(64)} NOT NULL UNIQUE, prefix ${text(16)} NOT NULL, name ${text(64)} NOT NULL, user_id ${text(64)} NOT NULL, tenant_id ${text(64)} NOT NULL, workspace_id ${text(64)} NOT NULL, expires_at ${integer}, last_used ${integer}, gmt_create ${integer} NOT NULL)`,
        'CREATE INDEX i_api_token_user ON t_api_token (user_id)',
        `CREATE TABLE t_access_key (access_key_id ${text(64)} NOT NULL PRIMARY KEY, secret_cipher ${text(255)} NOT NULL, tenant_id ${text(64)} NOT NULL, workspace_id ${text(64)} NOT NULL, status ${text(16)} NOT NULL, last_used ${integer}, gmt_create ${integer} NOT NULL, gmt_modified ${integer} NOT NULL)`,
        `CREATE TABLE t_audit_log (id ${serialPrimaryKey}, ts ${integer} NOT NULL, actor ${text(64)} NOT NULL, actor_type ${text(16)} NOT NULL, tenant_id ${text(64)} NOT NULL, workspace_id ${text(64)} NOT NULL, action ${text(128)} NOT NULL, object ${text(1024)} NOT NULL, diff ${longText} NOT NULL, result ${text(16)} NOT NULL, ip ${text(64)} NOT NULL, request_id ${text(64)} NOT NULL, change_id ${text(64)} NOT NULL, prev_hash ${text(64)} NOT NULL, hash ${text(64)} NOT NULL)`,
        'CREATE INDEX i_audit_log_place ON t_audit_log (tenant_id, workspace_id, ts)',
        'CREATE INDEX i_audit_log_change ON t_audit_log (change_id)',
      ],
    },
    {
      id: 2,
      title: 'products of tenants and workspaces; what is there goes on',
      statements: ({ text, integer }) => [
        `CREATE TABLE t_product_enable (tenant_id ${text(64)} NOT NULL, product_code ${text(64)} NOT NULL, workspace_id ${text(64)} NOT NULL, state ${text(16)} NOT NULL, operator ${text(64)} NOT NULL, gmt_create ${integer} NOT NULL, gmt_modified ${integer} NOT NULL, PRIMARY KEY (tenant_id, product_code, workspace_id))`,
        "INSERT INTO t_product_enable SELECT tenant_id, 'MESH', '', 'OPENED', '', 0, 0 FROM t_tenant",
        "INSERT INTO t_product_enable SELECT tenant_id, 'MESH', workspace_id, 'STARTED', '', 0, 0 FROM t_workspace",
      ],
    },
  ],
};
