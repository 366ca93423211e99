import { StyleSheet, type TextStyle, type ViewStyle } from 'react-native';
import { color } from './tokens';

export function linearGradient(angleDeg: number, stops: readonly string[]): ViewStyle {
  return { experimental_backgroundImage: `linear-gradient(${angleDeg}deg, ${stops.join(', ')})` };
}

const still: ViewStyle = {};

/** The same names as in `effects.web.ts`. Entrances are still on native: the sheet slides by its Modal. */
export const effects = {
  font: {} as TextStyle,
  tabularNumbers: { fontVariant: ['tabular-nums'] } as TextStyle,
  fullHeight: { flex: 1 } as ViewStyle,
  fixed: { position: 'absolute' } as ViewStyle,
  noSelect: still,
  smooth: still,
  lift: { boxShadow: '0 10px 34px rgba(0,0,0,.45)' } as ViewStyle,
  glow: { boxShadow: '0 8px 26px rgba(255,150,36,.28)' } as ViewStyle,
  textShadow: {
    textShadowColor: 'rgba(0,0,0,.75)',
    textShadowRadius: 3,
    textShadowOffset: { width: 0, height: 1 },
  } as TextStyle,
  backdropBlur: { filter: 'blur(48px) brightness(.5)', transform: [{ scale: 1.25 }] } as ViewStyle,
  safeTop: still,
  safeBottom: still,
  scrollbarHidden: still,
  fadeTop: still,
  scrimTop: linearGradient(180, ['rgba(8,4,7,.72)', 'rgba(8,4,7,.34) 55%', 'transparent']),
  scrimBottom: linearGradient(0, ['rgba(8,4,7,.86)', 'rgba(8,4,7,.5) 45%', 'transparent']),
  cardScrim: linearGradient(0, [
    'rgba(10,5,8,.97)',
    'rgba(10,5,8,.86) 24%',
    'rgba(10,5,8,.4) 46%',
    'transparent 68%',
  ]),
  bottomBar: { borderTopWidth: StyleSheet.hairlineWidth, borderTopColor: color.line } as ViewStyle,

  bandhani: still,
  skeleton: still,
  fadeIn: still,
  riseIn: still,
  sheetIn: still,
  dialogIn: still,
  pinIn: still,
  pop: still,
  newRow: { backgroundColor: color.marigoldSoft } as ViewStyle,
  pulseDot: still,
  spin: still,
} as const;
