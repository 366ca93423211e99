import { type ComponentType, useEffect, useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Spinner } from '../ui/spinner';
import { color } from '../ui/tokens';

/**
 * A screen whose code comes when it is first opened. `preload` fetches it before, for the likely next step. Without
 * React's `lazy`, which shows its fallback for 300 ms once it has shown it at all, and does so also for code that is
 * there: the first picture of a show came that much later.
 */
export function lazyScreen<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  let loaded: ComponentType<Props> | null = null;
  const fetchOnce = async () => {
    loaded ??= await load();
    return loaded;
  };
  function LazyScreen(props: Props) {
    const [state, setState] = useState<{ Screen: ComponentType<Props> | null; error?: unknown }>({
      Screen: loaded,
    });
    const { Screen, error } = state;
    useEffect(() => {
      if (Screen) return;
      let isMounted = true;
      fetchOnce().then(
        (fetched) => isMounted && setState({ Screen: fetched }),
        (reason: unknown) => isMounted && setState({ Screen: null, error: reason }),
      );
      return () => {
        isMounted = false;
      };
    }, [Screen]);
    // For the crash screen around it, which offers to try again.
    if (error) throw error;
    return Screen ? <Screen {...props} /> : <Waiting />;
  }
  return Object.assign(LazyScreen, { preload: () => void fetchOnce().catch(() => undefined) });
}

function Waiting() {
  return (
    <View style={styles.page} aria-busy>
      <Spinner size={28} />
    </View>
  );
}

const styles = StyleSheet.create({
  page: { flex: 1, alignItems: 'center', justifyContent: 'center', backgroundColor: color.ground },
});
