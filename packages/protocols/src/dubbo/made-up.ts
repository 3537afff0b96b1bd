import { Hessian2Writer, hessianFromJson } from '@weft/hessian';
import type { RequestHead } from '@weft/sdk';
import { KeptAnswers } from '../common/kept-answers.ts';
import { isHessian, RESPONSE_NULL, RESPONSE_VALUE, SERIALIZATION_HESSIAN2 } from './frame.ts';
import { NAME_SERIALIZATION } from './head.ts';

/** Body of a success: what the method is to have returned. */
export const madeUpBodies = new KeptAnswers(({ body }) => {
  const value = body === '' ? null : hessianFromJson(body);
  if (value === null) return Buffer.from([RESPONSE_NULL]);
  const writer = new Hessian2Writer();
  writer.write(value);
  return Buffer.concat([Buffer.from([RESPONSE_VALUE]), writer.toBuffer()]);
});

/** Other serializations are not written. */
export function madeUpProblem(request: RequestHead): string {
  const serialization = Number(request.get(NAME_SERIALIZATION) ?? SERIALIZATION_HESSIAN2);
  return isHessian(serialization) ? '' : `serialization ${serialization} is not written, only Hessian 2`;
}
