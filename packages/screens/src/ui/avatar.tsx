import { StyleSheet, View } from 'react-native';
import { linearGradient } from './effects';
import { Picture } from './picture';
import { gradient } from './tokens';

interface Props {
  seed: string;
  name: string;
  url: string | null | undefined;
  size?: number;
  /** A ring of light: this seller is live. */
  live?: boolean;
}

export function Avatar({ seed, name, url, size = 36, live = false }: Props) {
  const ring = live ? 2 : 0;
  const inner = size - ring * 4;
  return (
    <View
      style={[
        styles.ring,
        { width: size, height: size, borderRadius: size / 2 },
        live && linearGradient(135, gradient.brand),
      ]}
    >
      <Picture
        seed={seed}
        name={name}
        url={url}
        letterSize={Math.round(inner * 0.42)}
        style={{ width: inner, height: inner, borderRadius: inner / 2 }}
      />
    </View>
  );
}

const styles = StyleSheet.create({ ring: { alignItems: 'center', justifyContent: 'center' } });
