import { breakpoint, space } from '../../ui/tokens';

interface GridLayout {
  /** The width between the paddings. */
  innerWidth: number;
  cardWidth: number;
  featuresFirst: boolean;
}

const phoneMaxWidth = 560;
const deskCardWidth = 236;
/** A handful of shows need not hide in small cards. */
const fewShows = { most: 3, cardWidth: 320 } as const;

/** How wide the cards of the feed are in a grid of this outer width with so many shows. */
export function gridLayout(width: number, count: number): GridLayout {
  const innerWidth = Math.max(0, width - 2 * space.l);
  const columns = columnsFor(width, innerWidth, count);
  const cardWidth = Math.floor((innerWidth - (columns - 1) * space.m) / columns);
  return { innerWidth, cardWidth, featuresFirst: width <= phoneMaxWidth };
}

function columnsFor(width: number, innerWidth: number, count: number): number {
  if (width < breakpoint.twoColumns) return 1;
  if (width <= phoneMaxWidth) return 2;
  const wanted = count <= fewShows.most ? fewShows.cardWidth : deskCardWidth;
  return Math.max(2, Math.floor((innerWidth + space.m) / (wanted + space.m)));
}
