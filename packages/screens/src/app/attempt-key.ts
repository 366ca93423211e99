import { newId } from '@vybekart/client';
import { useRef } from 'react';

/**
 * The Idempotency-Key of what a form sends: sending the same again, because the answer was lost, has the same key, and
 * anything else a new one.
 */
export function useAttemptKey(): (content: unknown) => string {
  const attempt = useRef({ key: '', content: '' });
  return (content) => {
    const text = JSON.stringify(content);
    if (attempt.current.content !== text) attempt.current = { key: newId(Date.now()), content: text };
    return attempt.current.key;
  };
}
