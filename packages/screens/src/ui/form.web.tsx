import type { ReactNode } from 'react';

/** Password managers look for a form; ours sends by its button and by Enter, never by the browser. */
export function Form({ children }: { children: ReactNode }) {
  return (
    <form noValidate onSubmit={(event) => event.preventDefault()} style={{ display: 'contents' }}>
      {children}
    </form>
  );
}
