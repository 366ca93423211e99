import type { CashToConfirm } from '@vybekart/contract';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useServerClockOffset } from '../../app/server-clock';
import { formatCountdown } from '../../i18n/format';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { Icon } from '../../ui/icon';
import { Text } from '../../ui/text';
import { color, space } from '../../ui/tokens';
import type { CodeProblem } from './checkout-state';

const digits = 6;

interface Props {
  /** Where the last code went; null when that was told on another screen. */
  sent: CashToConfirm | null;
  problem: CodeProblem | null;
  triesLeft: number | null;
  busy: boolean;
  onCode(code: string): void;
  onSendAnother(): void;
}

/** The six digits that make an order certain. The last digit sends them. */
export function CodeEntry({ sent, problem, triesLeft, busy, onCode, onSendAnother }: Props) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const isWrong = problem === 'wrong';
  useEffect(() => {
    if (isWrong) setCode('');
  }, [isWrong]);
  const type = (typed: string) => {
    const next = typed.replace(/\D/g, '').slice(0, digits);
    setCode(next);
    if (next.length === digits && next !== code && !busy) onCode(next);
  };
  return (
    <View style={styles.step} testID="code-entry">
      <View style={styles.row}>
        <Icon name="ShieldCheck" tint={color.marigold} />
        <View style={styles.words}>
          <Text variant="label">{t('checkout.code.title')}</Text>
          <Text variant="caption" tone="muted">
            {sent
              ? t(`checkout.code.sentTo.${sent.sentTo.channel}`, { address: sent.sentTo.masked })
              : t('checkout.code.sent')}
          </Text>
        </View>
      </View>
      <Field
        label={t('checkout.code.label')}
        testID="one-time-code"
        fill="oneTimeCode"
        inputMode="numeric"
        maxLength={digits}
        value={code}
        onChangeText={type}
        help={t('checkout.code.help')}
        error={problem ? t(`checkout.code.${problem}`, { count: triesLeft ?? 1 }) : undefined}
        onSubmitEditing={() => code.length === digits && onCode(code)}
      />
      <Button
        wide
        size="l"
        icon="Check"
        testID="confirm-code"
        busy={busy}
        disabled={code.length !== digits}
        label={t('checkout.code.confirm')}
        onPress={() => onCode(code)}
      />
      <SendAnother sent={sent} isOver={problem === 'noMore'} busy={busy} onPress={onSendAnother} />
    </View>
  );
}

interface SendAnotherProps {
  sent: CashToConfirm | null;
  isOver: boolean;
  busy: boolean;
  onPress(): void;
}

/** Counts down to when another code may be sent. */
function SendAnother({ sent, isOver, busy, onPress }: SendAnotherProps) {
  const { t } = useTranslation();
  const serverClockOffsetMs = useServerClockOffset();
  const left = () =>
    sent?.nextCodeAt ? Math.max(0, Date.parse(sent.nextCodeAt) - (Date.now() + serverClockOffsetMs)) : 0;
  const [leftMs, setLeftMs] = useState(left);
  useEffect(() => {
    const timer = setInterval(() => setLeftMs(left()), 500);
    return () => clearInterval(timer);
  });
  if (isOver || (sent && sent.nextCodeAt === null)) return null;
  return (
    <Button
      kind="quiet"
      testID="resend-code"
      disabled={leftMs > 0 || busy}
      label={
        leftMs > 0
          ? t('checkout.code.anotherIn', { time: formatCountdown(leftMs) })
          : t('checkout.code.another')
      }
      onPress={onPress}
    />
  );
}

const styles = StyleSheet.create({
  step: { gap: space.m },
  row: { flexDirection: 'row', alignItems: 'flex-start', gap: space.m },
  words: { flex: 1, minWidth: 0 },
});
