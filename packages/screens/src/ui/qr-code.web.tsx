import { encode } from 'uqr';

interface Props {
  text: string;
  /** What it leads to, for those who do not see it. */
  label: string;
}

/** ISO/IEC 18004 section 6.3.8: four modules of nothing around the symbol. */
const QUIET_ZONE = 4;
const SIDE_PX = 176;

/** A QR code to be read from a screen, dark on light whatever the theme. */
export function QrCode({ text, label }: Props) {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_ZONE });
  const path = data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('');
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      width={SIDE_PX}
      height={SIDE_PX}
      shapeRendering="crispEdges"
      style={{ borderRadius: 12, alignSelf: 'center' }}
    >
      <path fill="#ffffff" d={`M0 0h${size}v${size}h-${size}z`} />
      <path fill="#000000" d={path} />
    </svg>
  );
}
