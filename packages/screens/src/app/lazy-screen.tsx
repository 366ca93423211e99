import { type ComponentType, lazy, Suspense } from 'react';
import { StyleSheet, View } from 'react-native';
import { Spinner } from '../ui/spinner';
import { color } from '../ui/tokens';

/** A screen whose code comes when it is first opened. `preload` fetches it before, for the likely next step. */
export function lazyScreen<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const Loaded = lazy(async () => ({ default: await load() }));
  function LazyScreen(props: Props) {
    return (
      <Suspense fallback={<Waiting />}>
        <Loaded {...props} />
      </Suspense>
    );
  }
  return Object.assign(LazyScreen, { preload: () => void load().catch(() => undefined) });
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
