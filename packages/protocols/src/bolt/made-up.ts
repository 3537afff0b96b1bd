import { DraftWriter, HessianObject, hessianFromJson } from '@weft/hessian';
import type { RequestHead } from '@weft/sdk';
import { KeptAnswers } from '../common/kept-answers.ts';
import { CODEC_HESSIAN } from './frame.ts';
import { NAME_CODEC } from './head.ts';

/** Clients choose by it how the content is read. */
export const RESPONSE_CLASS = 'com.alipay.sofa.rpc.core.response.SofaResponse';

/** Content of a success of SOFARPC: what the method is to have returned. */
export const madeUpContents = new KeptAnswers(({ body }) => {
  const writer = new DraftWriter();
  writer.write(
    new HessianObject(RESPONSE_CLASS, [
      ['isError', false],
      ['errorMsg', null],
      ['appResponse', body === '' ? null : hessianFromJson(body)],
      ['responseProps', null],
    ]),
  );
  return writer.toBuffer();
});

/** Only the content of SOFARPC in Hessian says its own types. */
export function madeUpProblem(request: RequestHead): string {
  const codec = request.get(NAME_CODEC) ?? String(CODEC_HESSIAN);
  return codec === String(CODEC_HESSIAN)
    ? ''
    : `serialization ${codec} does not say the types of values, only Hessian does`;
}
