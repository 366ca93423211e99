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
import { mayModerate } from './chat-powers';
import { ComposerNotes } from './composer-notes';
import { useReply } from './reply-context';
import { useRoom, useRoomValue } from './room-context';
import { useComposerGate } from './use-composer-gate';

/** Refusals that a new try of the same text cannot heal at once: the text goes back into the box. */
const givenBack = new Set<Failure['code']>([
  'rate_limited',
  'muted',
  'chat_off',
  'followers_only',
  'links_not_allowed',
  'validation_failed',
  'unauthorized',
  'forbidden',
  'not_found',
]);

/** The line to write in. Guests see the door to sign in; what was refused comes back to be sent again. */
export function Composer({ look }: { look: 'video' | 'panel' }) {
  const { t } = useTranslation();
  const room = useRoom();
  const gate = useSignInGate();
  const reply = useReply();
  const isGuest = useSession().status === 'guest';
  const maxLength = useRoomValue((view) => view.maxMessageLength);
  const mayAnnounce = useRoomValue((view) => mayModerate(view.you));
  const [text, setText] = useState('');
  const [isAnnouncement, setIsAnnouncement] = useState(false);
  const [refusal, setRefusal] = useState<Failure | null>(null);
  const [notBeforeMs, setNotBeforeMs] = useState<number | null>(null);
  const block = useComposerGate(notBeforeMs);
  const length = graphemeCount(text.trim());
  const mayWrite = length > 0 && length <= maxLength && block === null;

  const send = async () => {
    const message = text.trim();
    if (!mayWrite) return;
    const kind = mayAnnounce && isAnnouncement ? ('announcement' as const) : undefined;
    const answered = reply.message;
    setText('');
    setRefusal(null);
    setIsAnnouncement(false);
    reply.answer(null);
    const { slowModeSeconds } = room.getSnapshot().chatMode;
    const outcome = await room.sendMessage(message, {
      kind,
      replyTo: answered ? quoteOf(answered) : undefined,
    });
    if (outcome.ok) {
      if (slowModeSeconds > 0 && !mayAnnounce) setNotBeforeMs(Date.now() + slowModeSeconds * 1000);
      return;
    }
    if (!givenBack.has(outcome.error.code)) return;
    room.discardMessage(outcome.clientMsgId);
    setRefusal(outcome.error);
    setNotBeforeMs(outcome.error.retryAfterMs === null ? null : Date.now() + outcome.error.retryAfterMs);
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
      <ComposerNotes
        block={block}
        refusal={refusal}
        replyTo={reply.message}
        onStopReplying={() => reply.answer(null)}
      />
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
        {mayAnnounce && text !== '' ? (
          <IconButton
            icon="Radio"
            testID="chat-announce"
            label={t('chat.announce')}
            pressed={isAnnouncement}
            tint={isAnnouncement ? color.marigold : color.faint}
            onPress={() => setIsAnnouncement((before) => !before)}
          />
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

function quoteOf({
  id,
  user,
  text,
}: {
  id: string | null;
  user: { id: string; displayName: string };
  text: string;
}) {
  return id === null
    ? undefined
    : { id, user: { id: user.id, displayName: user.displayName }, excerpt: text };
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
});
