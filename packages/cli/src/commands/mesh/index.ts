import type { Command } from 'commander';
import type { Show } from '../../mesh-api/command.ts';
import type { CliServices } from '../../services.ts';
import { addExplainCommand } from '../diagnosis/explain.ts';
import { addWhyCommand } from '../diagnosis/why.ts';
import { addMappingCommands } from '../rules/mapping.ts';
import { addPushCommands } from '../rules/push.ts';
import { addRuleCommands } from '../rules/rule.ts';
import { addApiCommand } from './api.ts';
import { addChangeCommands } from './change.ts';
import { addLoginCommands } from './login.ts';
import { addServiceCommands } from './service.ts';

/** The commands that talk to a control plane. */
export function addMeshCommands(program: Command, show: Show, services: Pick<CliServices, 'rules'>): void {
  addLoginCommands(program, show);
  addServiceCommands(program, show);
  addRuleCommands(program, show, services);
  addMappingCommands(program, show);
  addPushCommands(program, show);
  addChangeCommands(program, show);
  addExplainCommand(program, show);
  addWhyCommand(program, show);
  addApiCommand(program, show);
}
