import { useMutation } from '@tanstack/react-query';
import { type ComponentProps, useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { useAttemptKey } from '../../app/attempt-key';
import { useErrorMessage } from '../../i18n/error-message';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { space } from '../../ui/tokens';

interface Props<Result> {
  label: string;
  placeholder?: string;
  /** Shown when nothing was written. */
  wrong: string;
  fieldTestID: string;
  action: Pick<ComponentProps<typeof Button>, 'label' | 'icon' | 'kind' | 'testID'>;
  /** Sending the same text again, after a lost answer, has the same key. */
  send(reason: string, idempotencyKey: string): Promise<Result>;
  onSent(result: Result): unknown;
}

/** A few words that have to be there, and the button that sends them. */
export function ReasonForm<Result>({
  label,
  placeholder,
  wrong,
  fieldTestID,
  action,
  send,
  onSent,
}: Props<Result>) {
  const errorMessage = useErrorMessage();
  const [text, setText] = useState('');
  const [wasTried, setWasTried] = useState(false);
  const keyOf = useAttemptKey();
  const reason = text.trim();
  const sending = useMutation({
    mutationFn: () => send(reason, keyOf(reason)),
    onSuccess: onSent,
  });
  return (
    <View style={styles.form}>
      {sending.isError ? <Notice tone="trouble" title={errorMessage(sending.error)} /> : null}
      <Field
        label={label}
        placeholder={placeholder}
        testID={fieldTestID}
        maxLength={500}
        value={text}
        onChangeText={setText}
        error={wasTried && reason === '' ? wrong : undefined}
      />
      <Button
        {...action}
        wide
        size="l"
        busy={sending.isPending}
        onPress={() => {
          setWasTried(true);
          if (reason !== '') sending.mutate();
        }}
      />
    </View>
  );
}

const styles = StyleSheet.create({ form: { gap: space.m } });
