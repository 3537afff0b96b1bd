import { useQuery, useQueryClient } from '@tanstack/react-query';
import { isPermitted, type PermissionPoint, type Session } from '@weft/api';
import { api, isLoggedOut, setCsrfToken } from './client.ts';
import { RESOURCES } from './queries.ts';

const SESSION_KEY = [RESOURCES.session] as const;

async function readSession(): Promise<Session | null> {
  try {
    const session = await api.osp.getSession();
    setCsrfToken(session.csrfToken);
    return session;
  } catch (error) {
    if (isLoggedOut(error)) return null;
    throw error;
  }
}

/** Null when nobody is logged in. */
export function useSessionQuery() {
  return useQuery({ queryKey: SESSION_KEY, queryFn: readSession, staleTime: 60_000 });
}

/** The session of the user who is logged in; only below the login gate. */
export function useSession(): Session {
  const { data } = useSessionQuery();
  if (data === null || data === undefined) throw new Error('useSession without a session');
  return data;
}

export function useCan(): (point: PermissionPoint) => boolean {
  const { permissions } = useSession();
  return (point) => isPermitted(permissions, point);
}

/** What changes the session; each takes the new one into the cache. */
export function useSessionActions() {
  const queries = useQueryClient();
  const take = (session: Session): void => {
    setCsrfToken(session.csrfToken);
    queries.setQueryData(SESSION_KEY, session);
  };
  return {
    login: async (loginName: string, password: string) => take(await api.osp.login({ body: { loginName, password } })),
    changePassword: async (currentPassword: string, newPassword: string) =>
      take(await api.osp.changeOwnPassword({ body: { currentPassword, newPassword } })),
    selectWorkspace: async (tenantId: string, workspaceId: string) => {
      take(await api.osp.selectWorkspace({ body: { tenantId, workspaceId } }));
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== RESOURCES.session });
    },
    logout: async () => {
      await api.osp.logout().catch((error: unknown) => {
        if (!isLoggedOut(error)) throw error;
      });
      queries.clear();
      queries.setQueryData(SESSION_KEY, null);
    },
    /** The server says that the session is over. */
    forget: () => queries.setQueryData(SESSION_KEY, null),
  };
}
export type { PermissionPoint, Session };
