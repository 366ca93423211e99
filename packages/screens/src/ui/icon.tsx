import { usePlatform } from '../platform/context';
import type { IconName } from '../platform/icons';
import { color } from './tokens';

interface Props {
  name: IconName;
  size?: number;
  tint?: string;
  /** Fills the shape too, for example a heart that was given. */
  filled?: boolean;
}

/** An icon is decoration: the control around it carries the name. */
export function Icon({ name, size = 20, tint = color.text, filled = false }: Props) {
  const Shape = usePlatform().icons[name];
  return <Shape size={size} color={tint} fill={filled ? tint : 'none'} strokeWidth={2} />;
}
