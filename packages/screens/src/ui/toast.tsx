import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { Pressable, StyleSheet, View } from 'react-native';
import type { IconName } from '../platform/icons';
import { effects, linearGradient } from './effects';
import { Icon } from './icon';
import { Text } from './text';
import { color, gradient, radius, space } from './tokens';

interface Toast {
  title: string;
  body?: string;
  icon?: IconName;
  tone?: 'plain' | 'festive' | 'trouble';
  testID?: string;
  onPress?(): void;
}

interface Toasts {
  show(toast: Toast): void;
}

/** Good news stays until a busy person had the time to look up. */
const shownForMs = { plain: 6000, trouble: 6000, festive: 15_000 } as const;
const maxShown = 3;
const ToastContext = createContext<Toasts | null>(null);

/** Short news that never takes the focus; read out politely, and soon gone. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<{ id: number; toast: Toast }[]>([]);
  const nextId = useRef(1);
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());

  useEffect(() => {
    const running = timers.current;
    return () => {
      for (const timer of running) clearTimeout(timer);
    };
  }, []);

  const toasts = useMemo<Toasts>(
    () => ({
      show(toast) {
        const id = nextId.current;
        nextId.current += 1;
        setShown((before) => [...before, { id, toast }].slice(-maxShown));
        const timer = setTimeout(
          () => {
            timers.current.delete(timer);
            setShown((before) => before.filter((entry) => entry.id !== id));
          },
          shownForMs[toast.tone ?? 'plain'],
        );
        timers.current.add(timer);
      },
    }),
    [],
  );
  const dismiss = (id: number) => setShown((before) => before.filter((entry) => entry.id !== id));

  return (
    <ToastContext.Provider value={toasts}>
      {children}
      <View pointerEvents="box-none" aria-live="polite" role="status" style={[styles.layer, effects.fixed]}>
        <View style={effects.safeTop} />
        {shown.map(({ id, toast }) => (
          <Pressable
            key={id}
            testID={toast.testID}
            onPress={() => {
              dismiss(id);
              toast.onPress?.();
            }}
            style={[
              styles.toast,
              effects.lift,
              effects.riseIn,
              toast.tone === 'festive' && linearGradient(120, gradient.brand.slice(0, 2)),
              toast.tone === 'trouble' && styles.trouble,
            ]}
          >
            {toast.icon ? (
              <Icon
                name={toast.icon}
                size={20}
                tint={toast.tone === 'festive' ? color.onMarigold : color.marigold}
              />
            ) : null}
            <View style={styles.words}>
              <Text variant="label" tone={toast.tone === 'festive' ? 'onMarigold' : 'text'}>
                {toast.title}
              </Text>
              {toast.body ? (
                <Text variant="caption" tone={toast.tone === 'festive' ? 'onMarigold' : 'muted'}>
                  {toast.body}
                </Text>
              ) : null}
            </View>
          </Pressable>
        ))}
      </View>
    </ToastContext.Provider>
  );
}

export function useToast(): Toasts {
  const toasts = useContext(ToastContext);
  if (!toasts) throw new Error('useToast needs <ToastProvider>');
  return toasts;
}

const styles = StyleSheet.create({
  layer: { top: 0, left: 0, right: 0, alignItems: 'center', gap: space.s, padding: space.m, zIndex: 10_000 },
  toast: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    width: '100%',
    maxWidth: 460,
    paddingHorizontal: space.l,
    paddingVertical: space.m,
    borderRadius: radius.l,
    borderWidth: 1,
    borderColor: color.line,
    backgroundColor: color.raised,
  },
  trouble: { borderColor: color.danger },
  words: { flex: 1 },
});
