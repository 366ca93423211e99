import type { Stream } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { ScrollView, StyleSheet, useWindowDimensions, View } from 'react-native';
import { effects } from '../../ui/effects';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';
import type { Buyable } from '../checkout/buyable';
import { Chat } from '../room/chat';
import { Composer } from '../room/composer';
import { LineupList } from './lineup-list';

interface Props {
  stream: Stream;
  onScreen: readonly Buyable[];
  onBuy(item: Buyable): void;
}

/** The desk's second column: the shelf above, the conversation below. */
export function SidePanel({ stream, onScreen, onBuy }: Props) {
  const { t } = useTranslation();
  const { height } = useWindowDimensions();
  return (
    <View style={[styles.panel, effects.lift, { height: height - 2 * space.xl }]}>
      <View style={styles.head}>
        <Text variant="heading" level={2} numberOfLines={2}>
          {stream.title}
        </Text>
      </View>
      <ScrollView style={styles.shelf} contentContainerStyle={styles.shelfContent}>
        <Text variant="micro" tone="muted">
          {t('room.bag')}
        </Text>
        <LineupList streamId={stream.id} onScreen={onScreen} onBuy={onBuy} />
      </ScrollView>
      <View style={styles.chat}>
        <Chat look="panel" sellerName={stream.seller.displayName} style={styles.log} />
        <View style={styles.composer}>
          <Composer look="panel" />
        </View>
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  panel: {
    width: 400,
    flexShrink: 1,
    minWidth: 300,
    borderRadius: radius.xl,
    borderWidth: 1,
    borderColor: color.line,
    backgroundColor: 'rgba(27, 18, 24, 0.94)',
    overflow: 'hidden',
  },
  head: { padding: space.l, paddingBottom: space.s },
  shelf: { flexGrow: 0, maxHeight: '42%', borderBottomWidth: 1, borderColor: color.line },
  shelfContent: { padding: space.l, paddingTop: 0, gap: space.s },
  chat: { flex: 1, padding: space.l, paddingTop: 0, gap: space.s },
  log: { flex: 1 },
  composer: { flexDirection: 'row' },
});
