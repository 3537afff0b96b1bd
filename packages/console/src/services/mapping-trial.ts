import { useMutation } from '@tanstack/react-query';
import type { BodyOf, ms, Trial } from '@weft/api';
import { api } from './client.ts';

export type { Trial, TrialAnswer, TrialRequest } from '@weft/api';
export type TrialQuestion = BodyOf<(typeof ms)['routes']['tryMapping']>;
export type MappingTranscoder = TrialQuestion['transcoder'];

/** Converts a sample by a mapping; nothing is stored or sent. */
export function useTrial() {
  return useMutation({ mutationFn: (body: TrialQuestion): Promise<Trial> => api.ms.tryMapping({ body }) });
}
