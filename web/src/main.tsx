import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiFailure } from './api/http';
import { SESSION_KEY } from './frame/data';
import { applyTheme, resolver, theme, useTheme } from './frame/theme';
import { LangProvider } from './messages';
import { router } from './router';
import './styles/mantine.css';
import './styles/index.css';

applyTheme();

// One more try when the server does not answer or fails; a refusal (4xx) is final until the question changes.
const again = (failures: number, error: unknown): boolean => failures < 2 && !(error instanceof ApiFailure && error.status >= 400 && error.status < 500);

const queries = new QueryClient({ defaultOptions: { queries: { retry: again, staleTime: 2000, placeholderData: (before: unknown) => before, refetchOnWindowFocus: true } } });

// Any 401 means the session ran out: ask for it again, which brings the login page.
queries.getQueryCache().subscribe((event) => {
  const error = event.query.state.error as unknown;
  if (event.type === 'updated' && error instanceof ApiFailure && error.status === 401 && event.query.queryKey[0] !== SESSION_KEY[0]) {
    void queries.invalidateQueries({ queryKey: SESSION_KEY });
  }
});

function App() {
  const { theme: scheme } = useTheme();
  return (
    <MantineProvider theme={theme} cssVariablesResolver={resolver} forceColorScheme={scheme}>
      <RouterProvider router={router} />
    </MantineProvider>
  );
}

const root = document.getElementById('root');
if (!root) throw new Error('BUG: the page has no #root element');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <LangProvider>
        <App />
      </LangProvider>
    </QueryClientProvider>
  </StrictMode>,
);
