import type { Failure, RoomMessage } from '@vybekart/client';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { IconButton } from '../../ui/button';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';
import type { ComposerBlock } from './use-composer-gate';
import { clockTime } from './use-countdown';

interface Props {
  block: ComposerBlock | null;
  /** Why the last message came back. */
  refusal: Failure | null;
  replyTo: RoomMessage | null;
  onStopReplying(): void;
}

/** What stands above the line to write in: why one has to wait, what went wrong, whom one answers. */
export function ComposerNotes({ block, refusal, replyTo, onStopReplying }: Props) {
  const { t } = useTranslation();
  const trouble = useTrouble(block, refusal);
  return (
    <>
      {trouble ? (
        <View
          aria-live={block?.kind === 'wait' || block?.kind === 'muted' ? 'off' : 'assertive'}
          testID="composer-note"
          style={styles.note}
        >
          <Text variant="caption" tone="danger" tabular>
            {trouble}
          </Text>
        </View>
      ) : null}
      {replyTo ? (
        <View style={[styles.note, styles.reply]} testID="composer-reply">
          <Text variant="caption" tone="muted" numberOfLines={1} style={styles.words}>
            {`${t('chat.replyingTo', { name: replyTo.user.displayName })}: ${replyTo.text}`}
          </Text>
          <IconButton icon="X" label={t('chat.stopReplying')} onPress={onStopReplying} />
        </View>
      ) : null}
    </>
  );
}

function useTrouble(block: ComposerBlock | null, refusal: Failure | null): string | null {
  const { t } = useTranslation();
  switch (block?.kind) {
    case 'off':
      return t('chat.off');
    case 'muted':
      return t('chat.muted', { time: clockTime(block.secondsLeft) });
    case 'wait':
      return t('chat.wait', { time: clockTime(block.secondsLeft) });
    default:
      // A time that is over is no trouble any more.
      return refusal && refusal.retryAfterMs === null ? t(`errors.${refusal.code}`) : null;
  }
}

const styles = StyleSheet.create({
  note: {
    alignSelf: 'flex-start',
    marginBottom: space.xs,
    paddingHorizontal: space.m,
    paddingVertical: space.xs,
    borderRadius: radius.m,
    backgroundColor: color.glassStrong,
  },
  reply: { alignSelf: 'stretch', flexDirection: 'row', alignItems: 'center', paddingVertical: 0 },
  words: { flex: 1, minWidth: 0 },
});
