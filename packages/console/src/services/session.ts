import { useQuery, useQueryClient } from '@tanstack/react-query';
import { isPermitted, type PermissionPoint, type Session } from '@weft/api';
import { api, isLoggedOut, setCsrfToken } from './client.ts';
import { RESOURCES } from './queries.ts';

const SESSION_KEY = [RESOURCES.session] as const;

/**
 * Whether somebody has logged in here: the cookie itself cannot be read. Without it the server is not asked, so that the login
 * page does not begin with a refusal among the errors of the browser.
 */
const HINT = 'weft.session';
function noteSession(there: boolean): void {
  try {
    if (there) localStorage.setItem(HINT, '1');
    else localStorage.removeItem(HINT);
  } catch {
    // Storage is switched off: the server is asked each time.
  }
}
function maySession(): boolean {
  try {
    return localStorage.getItem(HINT) !== null;
  } catch {
    return true;
  }
}

async function readSession(): Promise<Session | null> {
  if (!maySession()) return null;
  try {
    const session = await api.osp.getSession();
    setCsrfToken(session.csrfToken);
    return session;
  } catch (error) {
    if (!isLoggedOut(error)) throw error;
    noteSession(false);
    return null;
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
    noteSession(true);
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
      noteSession(false);
      queries.clear();
      queries.setQueryData(SESSION_KEY, null);
    },
    /** The server says that the session is over. */
    forget: () => {
      noteSession(false);
      queries.setQueryData(SESSION_KEY, null);
    },
  };
}
export type { PermissionPoint, Session };
