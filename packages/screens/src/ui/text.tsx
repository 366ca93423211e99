import type { ReactNode } from 'react';
import { Text as NativeText, type StyleProp, StyleSheet, type TextProps, type TextStyle } from 'react-native';
import { effects } from './effects';
import { color, type } from './tokens';
import { webProps } from './web-props';

export type TextTone = 'text' | 'muted' | 'faint' | 'marigold' | 'rani' | 'leaf' | 'danger' | 'onMarigold';

interface Props extends Omit<TextProps, 'style'> {
  children: ReactNode;
  variant?: keyof typeof type;
  tone?: TextTone;
  /** Makes it a heading of this level for assistive technology. */
  level?: 1 | 2 | 3;
  /** Digits keep their width, so that counters do not jump. */
  tabular?: boolean;
  style?: StyleProp<TextStyle>;
}

export function Text({ variant = 'body', tone = 'text', level, tabular, style, ...rest }: Props) {
  return (
    <NativeText
      {...rest}
      {...(level ? { role: 'heading' as const, ...webProps({ 'aria-level': level }) } : {})}
      style={[
        effects.font,
        styles[variant],
        { color: color[tone] },
        tabular && effects.tabularNumbers,
        style,
      ]}
    />
  );
}

const styles = StyleSheet.create(type);
