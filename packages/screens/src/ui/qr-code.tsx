interface Props {
  text: string;
  label: string;
}

/** A phone needs no code to find itself. */
export function QrCode(_: Props) {
  return null;
}
