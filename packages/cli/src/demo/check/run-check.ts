import { randomBytes } from 'node:crypto';
import { createApiClient } from '@weft/api';
import { takeToken } from '../../mesh-api/session.ts';
import type { DemoMesh } from '../mesh.ts';
import type { Progress } from '../progress.ts';
import { type CheckContext, STEPS } from './steps.ts';

/** A line of the summary. */
export interface CheckRow {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** What was expected and did not hold; its row is in the summary. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
}

/** Goes through the mesh as a person would, step after step, up to the first that does not hold. @throws CheckFailure */
export async function runCheck(mesh: DemoMesh, progress: Progress, rows: CheckRow[]): Promise<void> {
  progress.line();
  let context: CheckContext | null = null;
  await step('log in', async () => {
    context = await connect(mesh);
    return 'the one-time password was changed, and a token taken';
  });
  for (const { name, run } of STEPS) await step(name, () => run(context as CheckContext));

  async function step(name: string, run: () => Promise<string>): Promise<void> {
    try {
      await progress.step(name, async () => {
        const detail = await run();
        rows.push({ name, ok: true, detail });
        return detail;
      });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      rows.push({ name, ok: false, detail });
      throw new CheckFailure(`${name}: ${detail}`, { cause: error });
    }
  }
}

async function connect(mesh: DemoMesh): Promise<CheckContext> {
  const { console: endpoint, login } = mesh.places;
  if (login === null)
    throw new Error('the check needs a data directory of its own, with its one-time password: leave --data away');
  const { token } = await takeToken({
    endpoint,
    loginName: login.user,
    password: login.oneTimePassword,
    newPassword: async () => randomBytes(18).toString('base64url'),
    tokenName: 'demo --check',
  });
  return { mesh, client: createApiClient({ baseUrl: endpoint, token }), rule: null, switchedOnMs: 0 };
}
