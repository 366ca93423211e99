/** Attributes that react-native-web writes into the document and React Native ignores. */
interface WebProps {
  href?: string;
  id?: string;
  lang?: string;
  name?: string;
  inputMode?: string;
  tabIndex?: number;
  'aria-level'?: number;
  'aria-describedby'?: string | undefined;
  'aria-invalid'?: boolean;
  'aria-pressed'?: boolean;
  'aria-current'?: 'page' | false;
  'aria-required'?: boolean;
  onKeyDown?: (event: { key: string; preventDefault(): void }) => void;
}

export function webProps(props: WebProps): object {
  return props;
}
