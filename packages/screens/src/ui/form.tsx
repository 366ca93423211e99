import type { ReactNode } from 'react';

/** Android's autofill needs no frame around the fields. */
export function Form({ children }: { children: ReactNode }) {
  return <>{children}</>;
}
