import type { StreamVisibility } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { Card } from '../../ui/card';
import { Chip } from '../../ui/chip';
import { Text } from '../../ui/text';
import { space } from '../../ui/tokens';

interface Props {
  visibility: StreamVisibility;
  onChange(visibility: StreamVisibility): void;
}

/** For everybody, or for those with an invitation. */
export function VisibilityChoice({ visibility, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Card title={t('studio.visibility.title')}>
      <View role="radiogroup" aria-label={t('studio.visibility.title')} style={styles.choices}>
        {(['public', 'private'] as const).map((each) => (
          <Chip
            key={each}
            label={t(`studio.visibility.${each}`)}
            selected={visibility === each}
            onPress={() => onChange(each)}
            testID={`visibility-${each}`}
          />
        ))}
      </View>
      <Text variant="caption" tone="muted" aria-live="polite">
        {t(`studio.visibility.${visibility}Help`)}
      </Text>
    </Card>
  );
}

const styles = StyleSheet.create({
  choices: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
});
