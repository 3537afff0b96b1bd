import { useQueryClient } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { Spin } from 'antd';
import { useEffect, useState } from 'react';
import { LoginPage } from '../features/session/login-page.tsx';
import { PasswordPage } from '../features/session/password-page.tsx';
import { useI18n } from '../i18n/index.ts';
import { isLoggedOut } from '../services/client.ts';
import { useSessionActions, useSessionQuery } from '../services/session.ts';
import { PageFailed } from './page-states.tsx';

/** Shows what needs a session only to who has one. The address stays, so that the page wanted comes after the login. */
export function LoginGate() {
  const { t } = useI18n();
  const { data: session, error, isPending, refetch } = useSessionQuery();
  const ended = useSessionEnd();
  if (isPending) return <Spin fullscreen description={t('app.loading')} />;
  if (session === null) return <LoginPage ended={ended} />;
  if (session === undefined) return <PageFailed error={error} reset={() => void refetch()} />;
  if (session.mustChangePassword) return <PasswordPage />;
  return <Outlet />;
}

/** Watches every query and action: when the server says that the session is over, the login page comes. */
function useSessionEnd(): boolean {
  const queries = useQueryClient();
  const { forget } = useSessionActions();
  const [ended, setEnded] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `forget` only reaches for the query client
  useEffect(() => {
    const look = (error: unknown): void => {
      if (!isLoggedOut(error)) return;
      setEnded(true);
      forget();
    };
    const stops = [
      queries.getQueryCache().subscribe((event) => {
        if (event.type === 'updated' && event.action.type === 'error') look(event.action.error);
      }),
      queries.getMutationCache().subscribe((event) => {
        if (event.type === 'updated' && event.action.type === 'error') look(event.action.error);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [queries]);
  return ended;
}
