import { mayModerate } from './chat-powers';
import { useRoomValue } from './room-context';
import { useCountdown } from './use-countdown';

/** Why nothing can be sent at the moment; `secondsLeft` where it ends by itself. */
export type ComposerBlock =
  | { kind: 'off' }
  | { kind: 'muted'; secondsLeft: number }
  | { kind: 'wait'; secondsLeft: number };

/** `notBeforeMs`: when the server takes the next message, as slow mode or a refusal told; null when it told nothing. */
export function useComposerGate(notBeforeMs: number | null): ComposerBlock | null {
  const you = useRoomValue((view) => view.you);
  const chatOn = useRoomValue((view) => view.chatMode.chatOn);
  const offsetMs = useRoomValue((view) => view.serverClockOffsetMs);
  const mutedSeconds = useCountdown(you.mutedUntil === null ? null : Date.parse(you.mutedUntil) - offsetMs);
  const waitSeconds = useCountdown(notBeforeMs);
  if (mutedSeconds > 0) return { kind: 'muted', secondsLeft: mutedSeconds };
  if (!chatOn && !mayModerate(you)) return { kind: 'off' };
  return waitSeconds > 0 ? { kind: 'wait', secondsLeft: waitSeconds } : null;
}
