import type { Failure } from '@vybekart/client';
import { graphemeCount } from '@vybekart/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Pressable, StyleSheet, TextInput, View } from 'react-native';
import { useSession } from '../../app/client';
import { useSignInGate } from '../../app/sign-in-gate';
import { IconButton } from '../../ui/button';
import { effects } from '../../ui/effects';
import { Text } from '../../ui/text';
import { color, radius, space, tapTarget } from '../../ui/tokens';
import { useRoom, useRoomValue } from './room-context';

/** Refusals that a new try of the same text cannot heal at once: the text goes back into the box. */
const givenBack = new Set<Failure['code']>(['rate_limited', 'muted', 'validation_failed', 'unauthorized']);

/** The line to write in. Guests see the door to sign in; what was refused comes back to be sent again. */
export function Composer({ look }: { look: 'video' | 'panel' }) {
  const { t } = useTranslation();
  const room = useRoom();
  const gate = useSignInGate();
  const isGuest = useSession().status === 'guest';
  const maxLength = useRoomValue((view) => view.maxMessageLength);
  const [text, setText] = useState('');
  const [refusal, setRefusal] = useState<Failure | null>(null);
  const length = graphemeCount(text.trim());
  const mayWrite = length > 0 && length <= maxLength;

  const send = async () => {
    const message = text.trim();
    if (!mayWrite) return;
    setText('');
    setRefusal(null);
    const outcome = await room.sendMessage(message);
    if (outcome.ok || !givenBack.has(outcome.error.code)) return;
    room.discardMessage(outcome.clientMsgId);
    setRefusal(outcome.error);
    setText((since) => since || outcome.text);
  };

  const ground = look === 'video' ? styles.onVideo : styles.onPanel;
  if (isGuest) {
    return (
      <Pressable
        role="button"
        testID="chat-sign-in"
        aria-label={t('room.signInPlaceholder')}
        onPress={() => gate.run(t('account.reason.chat'), () => undefined)}
        style={[styles.box, ground, styles.door]}
      >
        <Text variant="label" tone="muted" numberOfLines={1}>
          {t('room.signInPlaceholder')}
        </Text>
      </Pressable>
    );
  }
  return (
    <View style={styles.column}>
      {refusal ? (
        <View aria-live="assertive" style={styles.refusal}>
          <Text variant="caption" tone="danger">
            {t(`errors.${refusal.code}`)}
          </Text>
        </View>
      ) : null}
      <View style={[styles.box, ground]}>
        <TextInput
          testID="chat-input"
          aria-label={t('room.sayPlaceholder')}
          placeholder={t('room.sayPlaceholder')}
          placeholderTextColor={color.muted}
          value={text}
          onChangeText={setText}
          onSubmitEditing={() => void send()}
          submitBehavior="submit"
          returnKeyType="send"
          enterKeyHint="send"
          autoComplete="off"
          maxLength={maxLength * 4}
          style={[effects.font, styles.input]}
        />
        {length > maxLength - 40 ? (
          <Text variant="micro" tabular tone={length > maxLength ? 'danger' : 'muted'}>
            {maxLength - length}
          </Text>
        ) : null}
        {text === '' ? null : (
          <IconButton
            icon="Send"
            testID="chat-send"
            label={t('room.send')}
            tint={mayWrite ? color.marigold : color.faint}
            disabled={!mayWrite}
            onPress={() => void send()}
          />
        )}
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  column: { flex: 1, minWidth: 0 },
  box: {
    flex: 1,
    minWidth: 0,
    flexDirection: 'row',
    alignItems: 'center',
    minHeight: tapTarget + 2,
    borderRadius: radius.pill,
    borderWidth: 1,
    borderColor: color.lineStrong,
  },
  door: { paddingHorizontal: space.l },
  onVideo: { backgroundColor: color.glass },
  onPanel: { backgroundColor: color.ground },
  input: {
    flex: 1,
    minWidth: 0,
    minHeight: tapTarget,
    paddingLeft: space.l,
    paddingRight: space.s,
    color: color.text,
    fontSize: 16,
    borderRadius: radius.pill,
  },
  refusal: {
    alignSelf: 'flex-start',
    marginBottom: space.xs,
    paddingHorizontal: space.m,
    paddingVertical: space.xs,
    borderRadius: radius.m,
    backgroundColor: color.glassStrong,
  },
});
