/**
 * The visual language: a lamp-lit bazaar at night. Warm aubergine darkness, cream text, marigold for what you
 * can do, rani pink for what is alive. Every text colour reads at 4.5:1 or more on the grounds it is used on.
 */
export const color = {
  ground: '#120B10',
  surface: '#1B1218',
  raised: '#261A22',
  pressed: '#33242E',
  line: 'rgba(255, 232, 214, 0.12)',
  lineStrong: 'rgba(255, 232, 214, 0.24)',

  text: '#FFF3E6',
  muted: '#CFBDB3',
  faint: '#A8948C',

  marigold: '#FFB224',
  marigoldSoft: 'rgba(255, 178, 36, 0.14)',
  onMarigold: '#241200',
  rani: '#FF4D86',
  raniSoft: 'rgba(255, 77, 134, 0.16)',
  live: '#D90F45',
  onLive: '#FFFFFF',
  leaf: '#55DFA0',
  leafSoft: 'rgba(85, 223, 160, 0.14)',
  danger: '#FF8374',
  dangerSoft: 'rgba(255, 131, 116, 0.14)',
  peacock: '#74D3E8',
  peacockSoft: 'rgba(116, 211, 232, 0.14)',

  /** Grounds for text that lies on moving video. */
  glass: 'rgba(18, 11, 16, 0.62)',
  glassStrong: 'rgba(24, 15, 21, 0.92)',
  scrim: 'rgba(8, 4, 7, 0.66)',
} as const;

export const gradient = {
  brand: ['#FFC24A', '#FF8A3D', '#FF4D86'],
  heat: ['#FF8A3D', '#FF4D86'],
} as const;

/** Colours that a picture-less product, a show or a face takes by its id. */
export const festive = [
  ['#F2994A', '#B4236B'],
  ['#1FA2A6', '#1D3F8B'],
  ['#E0A11B', '#9B3410'],
  ['#B63FA1', '#4C1D80'],
  ['#4CA35B', '#0F5257'],
  ['#E2555B', '#6B1E5E'],
] as const;

export const heartColors = ['#FF4D86', '#FFB224', '#FF8A3D', '#FFD7E4', '#C77DFF'] as const;

export const space = { xxs: 2, xs: 4, s: 8, m: 12, l: 16, xl: 24, xxl: 32, huge: 48 } as const;
export const radius = { s: 8, m: 12, l: 16, xl: 24, pill: 999 } as const;
/** The smallest side of anything that a thumb must hit (WCAG 2.5.5). */
export const tapTarget = 44;

/** Line heights leave room for the matras above and below Devanagari letters. */
export const type = {
  display: { fontSize: 30, lineHeight: 40, fontWeight: '800' },
  title: { fontSize: 22, lineHeight: 31, fontWeight: '800' },
  heading: { fontSize: 17, lineHeight: 25, fontWeight: '700' },
  body: { fontSize: 15, lineHeight: 23, fontWeight: '400' },
  label: { fontSize: 14, lineHeight: 21, fontWeight: '600' },
  caption: { fontSize: 13, lineHeight: 19, fontWeight: '400' },
  micro: { fontSize: 11.5, lineHeight: 17, fontWeight: '700' },
} as const;

/** Widths in density-independent pixels at which the layout changes. */
export const breakpoint = { twoColumns: 340, rail: 900, wide: 1180 } as const;
/** Forms and lists stay readable: no line is longer than this. */
export const contentMaxWidth = 720;
