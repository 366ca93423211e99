import type { RoomMessage } from '@vybekart/client';
import type { Stream } from '@vybekart/contract';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useErrorMessage } from '../../i18n/error-message';
import { Card } from '../../ui/card';
import { useToast } from '../../ui/toast';
import { Chat } from '../room/chat';
import { Composer } from '../room/composer';
import { useRoom } from '../room/room-context';

/** The conversation with a bin at each line. */
export function ShowChat({ stream }: { stream: Stream }) {
  const { t } = useTranslation();
  const room = useRoom();
  const toast = useToast();
  const errorMessage = useErrorMessage();
  const remove = useCallback(
    (message: RoomMessage) => {
      if (!message.id) return;
      room.deleteMessage(message.id).catch((error: unknown) => {
        toast.show({ icon: 'CircleAlert', tone: 'trouble', title: errorMessage(error) });
      });
    },
    [room, toast, errorMessage],
  );
  return (
    <Card title={t('room.chat')}>
      <Chat look="panel" sellerName={stream.seller.displayName} onDelete={remove} style={styles.log} />
      <View style={styles.composer}>
        <Composer look="panel" />
      </View>
    </Card>
  );
}

const styles = StyleSheet.create({
  log: { height: 380 },
  composer: { flexDirection: 'row' },
});
