import type { ComponentMigrations } from '../storage/index.ts';

export interface RegistryTables {
  /** What an operator said of a provider; it outlives the registration. */
  t_registry_provider: {
    instance_id: string;
    /** dataId and address, joined by a line feed and hashed: too long for a key together. */
    provider_hash: string;
    data_id: string;
    address: string;
    enabled: number;
    /** Null: as published. */
    weight: number | null;
    operator: string;
    gmt_modified: number;
  };
  /** What an operator set for a service, where it is not the default. */
  t_registry_service: {
    instance_id: string;
    /** A dataId may be too long for a key. */
    data_id_hash: string;
    data_id: string;
    protect_threshold: number;
    operator: string;
    gmt_modified: number;
  };
  t_registry_push: { id: number; state: string; gray_ips: string; operator: string; gmt_modified: number };
  /** One row: versions up to this one may have been sent, so the next start begins above it. */
  t_registry_version: { id: number; reserved: number };
}

export const registryMigrations: ComponentMigrations = {
  component: 'registry',
  migrations: [
    {
      id: 1,
      title: 'state of providers, push switch, versions',
      statements: ({ text, integer, longText }) => [
        `CREATE TABLE t_registry_provider (instance_id ${text(64)} NOT NULL, provider_hash ${text(64)} NOT NULL, data_id ${text(512)} NOT NULL, address ${text(300)} NOT NULL, enabled ${integer} NOT NULL, weight ${integer}, operator ${text(64)} NOT NULL, gmt_modified ${integer} NOT NULL, PRIMARY KEY (instance_id, provider_hash))`,
        `CREATE TABLE t_registry_push (id ${integer} NOT NULL PRIMARY KEY, state ${text(16)} NOT NULL, gray_ips ${longText} NOT NULL, operator ${text(64)} NOT NULL, gmt_modified ${integer} NOT NULL)`,
        `CREATE TABLE t_registry_version (id ${integer} NOT NULL PRIMARY KEY, reserved ${integer} NOT NULL)`,
      ],
    },
    {
      id: 2,
      title: 'settings of services',
      statements: ({ text, integer }) => [
        `CREATE TABLE t_registry_service (instance_id ${text(64)} NOT NULL, data_id_hash ${text(64)} NOT NULL, data_id ${text(512)} NOT NULL, protect_threshold ${integer} NOT NULL, operator ${text(64)} NOT NULL, gmt_modified ${integer} NOT NULL, PRIMARY KEY (instance_id, data_id_hash))`,
      ],
    },
  ],
};
