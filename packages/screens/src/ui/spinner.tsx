import { ActivityIndicator } from 'react-native';
import { color } from './tokens';

export function Spinner({ tint = color.marigold, size = 18 }: { tint?: string; size?: number }) {
  return <ActivityIndicator size={size} color={tint} aria-hidden />;
}
