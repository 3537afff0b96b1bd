import { Count, Type } from '@weft/schema/author';

export const schema = Type.Object(
  {
    choice_count: Count({
      description:
        'Hosts drawn at random of which the one with the fewest requests in flight is taken; used when all weights are equal.',
      default: 2,
      minimum: 1,
      maximum: 100,
    }),
    active_request_bias: Type.Number({
      description:
        'How strongly requests in flight lower the weight of a host: weight / (requests + 1) ^ bias; used when weights differ.',
      default: 1,
      minimum: 0,
      maximum: 10,
    }),
  },
  { description: 'The host with the fewest requests in flight, of a few or by weight.' },
);
