import type { Stream } from '@vybekart/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { space } from '../../ui/tokens';
import { Chat } from '../room/chat';
import { Composer } from '../room/composer';
import { ReviewQueue } from '../room/review-queue';
import { ChatSettings } from './chat-settings';

/** The conversation, what waits for a decision in it, and how it is run. */
export function ShowChat({ stream }: { stream: Stream }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Card title={t('room.chat')}>
      <ReviewQueue streamId={stream.id} quiet />
      <Chat look="panel" sellerName={stream.seller.displayName} style={styles.log} />
      <View style={styles.composer}>
        <Composer look="panel" />
      </View>
      <Button
        wide
        kind="secondary"
        icon="ShieldCheck"
        testID="chat-settings"
        label={t('chat.mode.open')}
        onPress={() => setIsOpen(true)}
      />
      <ChatSettings open={isOpen} handle={stream.seller.handle} onClose={() => setIsOpen(false)} />
    </Card>
  );
}

const styles = StyleSheet.create({
  log: { height: 380 },
  composer: { flexDirection: 'row', paddingBottom: space.xs },
});
