import type { Command } from 'commander';
import type { Show } from '../../mesh-api/command.ts';
import { addApiCommand } from './api.ts';
import { addChangeCommands } from './change.ts';
import { addExplainCommand } from './explain.ts';
import { addLoginCommands } from './login.ts';
import { addMappingCommands } from './mapping.ts';
import { addPushCommands } from './push.ts';
import { addRuleCommands } from './rule.ts';
import { addServiceCommands } from './service.ts';
import { addWhyCommand } from './why.ts';

/** The commands that talk to a control plane. */
export function addMeshCommands(program: Command, show: Show): void {
  addLoginCommands(program, show);
  addServiceCommands(program, show);
  addRuleCommands(program, show);
  addMappingCommands(program, show);
  addPushCommands(program, show);
  addChangeCommands(program, show);
  addExplainCommand(program, show);
  addWhyCommand(program, show);
  addApiCommand(program, show);
}
