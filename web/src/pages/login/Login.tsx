import { PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { bongsu } from '../../api/client';
import { ApiFailure } from '../../api/http';
import { Fires } from '../../components/Beacon';
import { SESSION_KEY } from '../../frame/data';
import { useText } from '../../messages';

export default function Login() {
  const t = useText();
  const queries = useQueryClient();
  const [token, setToken] = useState('');
  const [wrong, setWrong] = useState('');
  const signIn = useMutation({
    mutationFn: () => bongsu.signIn(token.trim()),
    onSuccess: (session) => {
      queries.setQueryData(SESSION_KEY, session);
      void queries.invalidateQueries();
    },
    onError: (error) => setWrong(error instanceof ApiFailure && error.status === 401 ? t.login.wrong : error.message),
  });
  return (
    <main className="login">
      <Fires lit={1} tone="calm" />
      <h1>{t.login.title}</h1>
      <p className="soft">{t.login.sub}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim() === '') setWrong(t.login.empty);
          else signIn.mutate();
        }}
      >
        <PasswordInput label={t.login.token} value={token} error={wrong} autoComplete="current-password" onChange={(event) => setToken(event.currentTarget.value)} />
        <button type="submit" className="btn primary" disabled={signIn.isPending}>{t.login.go}</button>
      </form>
    </main>
  );
}
