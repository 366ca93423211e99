import { breakpoint, space } from '../../ui/tokens';

interface GridLayout {
  /** The width between the paddings. */
  innerWidth: number;
  cardWidth: number;
  featuresFirst: boolean;
}

const phoneMaxWidth = 560;
const deskCardWidth = 236;

/** How wide the cards of the feed are in a grid of this outer width. */
export function gridLayout(width: number): GridLayout {
  const innerWidth = Math.max(0, width - 2 * space.l);
  const columns = columnsFor(width, innerWidth);
  const cardWidth = Math.floor((innerWidth - (columns - 1) * space.m) / columns);
  return { innerWidth, cardWidth, featuresFirst: width <= phoneMaxWidth };
}

function columnsFor(width: number, innerWidth: number): number {
  if (width < breakpoint.twoColumns) return 1;
  if (width <= phoneMaxWidth) return 2;
  return Math.max(3, Math.floor((innerWidth + space.m) / (deskCardWidth + space.m)));
}
