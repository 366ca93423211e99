import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { Button } from './button';
import { Sheet } from './sheet';
import { Text } from './text';
import { space } from './tokens';

interface Props {
  open: boolean;
  title: string;
  question: string;
  /** What happens, in the words of the question: "End it now". */
  yes: string;
  /** `false`: what happens is no loss, so the answer is not red. */
  isLoss?: boolean;
  busy?: boolean;
  testID?: string;
  onYes(): void;
  onClose(): void;
}

/** Asks before something that cannot be undone; the safe answer has the focus first. */
export function Confirm({ open, title, question, yes, isLoss = true, busy, testID, onYes, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Sheet open={open} title={title} onClose={onClose}>
      <Text tone="muted">{question}</Text>
      <View style={styles.answers}>
        <Button wide kind="secondary" label={t('common.cancel')} onPress={onClose} />
        <Button
          wide
          kind={isLoss ? 'danger' : 'primary'}
          busy={busy}
          label={yes}
          testID={testID}
          onPress={onYes}
        />
      </View>
    </Sheet>
  );
}

const styles = StyleSheet.create({ answers: { gap: space.s } });
