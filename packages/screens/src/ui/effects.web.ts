import { StyleSheet, type TextStyle, type ViewStyle } from 'react-native';
import { color } from './tokens';

// react-native-web takes any CSS property; the types of React Native do not know them.
const css = (style: Record<string, unknown>) => style as ViewStyle;
const enter = (keyframes: Record<string, unknown>, durationMs: number, easing = 'cubic-bezier(.2,.8,.2,1)') =>
  css({
    animationKeyframes: keyframes,
    animationDuration: `${durationMs}ms`,
    animationTimingFunction: easing,
    animationFillMode: 'both',
  });

export function linearGradient(angleDeg: number, stops: readonly string[]): ViewStyle {
  return css({ backgroundImage: `linear-gradient(${angleDeg}deg, ${stops.join(', ')})` });
}

/** Looks and movements that each platform makes in its own way; names say what they are for. */
// Key frames work in style sheets only: react-native-web leaves them out of inline styles.
export const effects = StyleSheet.create({
  font: {
    fontFamily:
      'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Devanagari", "Nirmala UI", "Kohinoor Devanagari", sans-serif',
  } as TextStyle,
  tabularNumbers: css({ fontVariantNumeric: 'tabular-nums' }) as TextStyle,
  fullHeight: css({ height: '100dvh' }),
  fixed: css({ position: 'fixed' }),
  noSelect: css({ userSelect: 'none', touchAction: 'manipulation', WebkitTapHighlightColor: 'transparent' }),
  smooth: css({
    transitionProperty: 'transform, opacity, background-color, border-color, box-shadow',
    transitionDuration: '160ms',
    transitionTimingFunction: 'cubic-bezier(.2,.8,.2,1)',
  }),
  lift: css({ boxShadow: '0 10px 34px rgba(0,0,0,.45)' }),
  glow: css({ boxShadow: '0 8px 26px rgba(255,150,36,.28)' }),
  textShadow: css({ textShadow: '0 1px 3px rgba(0,0,0,.75)' }) as TextStyle,
  backdropBlur: css({ filter: 'blur(48px) saturate(1.3) brightness(.5)', transform: 'scale(1.25)' }),
  safeTop: css({ paddingTop: 'env(safe-area-inset-top)' }),
  safeBottom: css({ paddingBottom: 'env(safe-area-inset-bottom)' }),
  scrollbarHidden: css({ scrollbarWidth: 'none' }),
  fadeTop: css({ maskImage: 'linear-gradient(to bottom, transparent 0, #000 56px)' }),
  scrimTop: linearGradient(180, ['rgba(8,4,7,.72)', 'rgba(8,4,7,.34) 55%', 'transparent']),
  scrimBottom: linearGradient(0, ['rgba(8,4,7,.86)', 'rgba(8,4,7,.5) 45%', 'transparent']),
  cardScrim: linearGradient(0, [
    'rgba(10,5,8,.97)',
    'rgba(10,5,8,.86) 24%',
    'rgba(10,5,8,.4) 46%',
    'transparent 68%',
  ]),
  bottomBar: css({ boxShadow: `0 -1px 0 ${color.line}` }),

  /** Rings of tied dots, as on a bandhani scarf. */
  bandhani: css({
    opacity: 0.5,
    backgroundImage: [
      'radial-gradient(circle at 50% 50%, rgba(255,243,230,.5) 0 1.1px, transparent 1.6px)',
      'radial-gradient(circle at 50% 50%, transparent 0 5.2px, rgba(255,243,230,.2) 5.4px 6px, transparent 6.2px)',
      'radial-gradient(circle at 50% 50%, rgba(255,243,230,.34) 0 .9px, transparent 1.3px)',
    ].join(', '),
    backgroundSize: '28px 28px, 28px 28px, 28px 28px',
    backgroundPosition: '0 0, 0 0, 14px 14px',
    maskImage: 'radial-gradient(120% 90% at 85% 10%, #000 0, transparent 72%)',
  }),
  skeleton: css({
    animationKeyframes: { '0%': { opacity: 0.55 }, '50%': { opacity: 1 }, '100%': { opacity: 0.55 } },
    animationDuration: '1400ms',
    animationIterationCount: 'infinite',
  }),
  fadeIn: enter({ from: { opacity: 0 }, to: { opacity: 1 } }, 220, 'ease-out'),
  riseIn: enter(
    { from: { opacity: 0, transform: 'translateY(10px)' }, to: { opacity: 1, transform: 'translateY(0)' } },
    260,
  ),
  sheetIn: enter({ from: { transform: 'translateY(100%)' }, to: { transform: 'translateY(0)' } }, 300),
  dialogIn: enter(
    {
      from: { opacity: 0, transform: 'translateY(16px) scale(.97)' },
      to: { opacity: 1, transform: 'translateY(0) scale(1)' },
    },
    220,
  ),
  pinIn: enter(
    {
      '0%': { opacity: 0, transform: 'translateY(28px) scale(.94)' },
      '60%': { opacity: 1, transform: 'translateY(-4px) scale(1.015)' },
      '100%': { opacity: 1, transform: 'translateY(0) scale(1)' },
    },
    480,
  ),
  pop: enter(
    {
      '0%': { transform: 'scale(.4)', opacity: 0 },
      '60%': { transform: 'scale(1.12)', opacity: 1 },
      '100%': { transform: 'scale(1)', opacity: 1 },
    },
    460,
  ),
  newRow: enter(
    { from: { backgroundColor: color.marigoldSoft }, to: { backgroundColor: 'transparent' } },
    6000,
    'ease-out',
  ),
  pulseDot: css({
    animationKeyframes: {
      '0%': { opacity: 1, transform: 'scale(1)' },
      '50%': { opacity: 0.45, transform: 'scale(.78)' },
      '100%': { opacity: 1, transform: 'scale(1)' },
    },
    animationDuration: '1600ms',
    animationIterationCount: 'infinite',
  }),
  spin: css({
    animationKeyframes: { from: { transform: 'rotate(0deg)' }, to: { transform: 'rotate(360deg)' } },
    animationDuration: '900ms',
    animationTimingFunction: 'linear',
    animationIterationCount: 'infinite',
  }),
});
