import { useState } from 'react';
import { Image, type StyleProp, StyleSheet, View, type ViewStyle } from 'react-native';
import { effects, linearGradient } from './effects';
import { Text } from './text';
import { festive } from './tokens';

interface Props {
  /** The id of what is pictured: it picks the colours when there is no picture. */
  seed: string;
  /** Its name: the first letter stands in for a missing picture. */
  name: string;
  url: string | null | undefined;
  letterSize?: number;
  /** Keeps the upper part of a picture that is taller than its frame: faces are there. */
  keepsTop?: boolean;
  style?: StyleProp<ViewStyle>;
}

export function festiveColors(seed: string): readonly [string, string] {
  let hash = 7;
  for (const character of seed) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return festive[hash % festive.length] ?? festive[0];
}

/** The first letter as a reader sees it: a Devanagari letter keeps its matra. */
function firstLetter(name: string): string {
  const trimmed = name.trim();
  if (typeof Intl !== 'undefined' && 'Segmenter' in Intl) {
    for (const part of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(trimmed)) {
      return part.segment.toLocaleUpperCase();
    }
  }
  return ([...trimmed][0] ?? '·').toLocaleUpperCase();
}

/** A picture, or festive colours with the first letter while there is none. Decorative: name it around it. */
export function Picture({ seed, name, url, letterSize = 28, keepsTop = false, style }: Props) {
  const [failedUrl, setFailedUrl] = useState<string | null>(null);
  const [from, to] = festiveColors(seed);
  const shown = url && url !== failedUrl ? url : null;
  return (
    <View style={[styles.frame, linearGradient(150, [from, to]), style]} aria-hidden>
      {shown ? null : <View style={[StyleSheet.absoluteFill, effects.bandhani]} />}
      {shown ? (
        <Image
          source={{ uri: shown }}
          style={keepsTop ? styles.top : StyleSheet.absoluteFill}
          resizeMode="cover"
          onError={() => setFailedUrl(shown)}
        />
      ) : (
        <Text variant="title" style={[styles.letter, { fontSize: letterSize, lineHeight: letterSize * 1.4 }]}>
          {firstLetter(name)}
        </Text>
      )}
    </View>
  );
}

const styles = StyleSheet.create({
  frame: { overflow: 'hidden', alignItems: 'center', justifyContent: 'center' },
  top: { position: 'absolute', top: 0, left: 0, right: 0, height: '132%' },
  letter: { opacity: 0.9 },
});
