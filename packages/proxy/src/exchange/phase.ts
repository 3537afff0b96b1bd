/** Where a request is on its way to a host. The phases with filters follow the ones they filter. */
export const Phase = {
  BEFORE_ROUTE: 0,
  ROUTE: 1,
  AFTER_ROUTE: 2,
  CHOOSE_HOST: 3,
  AFTER_CHOOSE_HOST: 4,
  SEND: 5,
} as const;
export type Phase = (typeof Phase)[keyof typeof Phase];
