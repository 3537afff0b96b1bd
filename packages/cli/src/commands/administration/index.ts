import type { Command } from 'commander';
import type { Show } from '../../mesh-api/command.ts';
import { addAuditCommands } from './audit.ts';
import { addDrmCommands } from './drm.ts';
import { addKeyCommands } from './key.ts';
import { addProductCommands } from './product.ts';
import { addRegistryCommands } from './registry.ts';
import { addTenantCommands } from './tenant.ts';
import { addUserCommands } from './user.ts';

/** The commands for whoever runs a control plane. */
export function addAdministrationCommands(program: Command, show: Show): void {
  addTenantCommands(program, show);
  addProductCommands(program, show);
  addUserCommands(program, show);
  addKeyCommands(program, show);
  addAuditCommands(program, show);
  addDrmCommands(program, show);
  addRegistryCommands(program, show);
}
