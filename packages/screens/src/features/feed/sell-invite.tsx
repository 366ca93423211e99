import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Button } from '../../ui/button';
import { linearGradient } from '../../ui/effects';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';

export function SellInvite() {
  const { t } = useTranslation();
  const { navigation } = usePlatform();
  return (
    <View style={[styles.card, linearGradient(120, ['#3A1D14', '#3B1427'])]}>
      <View style={styles.words}>
        <Text variant="heading" level={2}>
          {t('feed.invite.title')}
        </Text>
        <Text variant="caption" tone="muted">
          {t('feed.invite.body')}
        </Text>
      </View>
      <Button
        kind="primary"
        icon="Store"
        label={t('feed.invite.action')}
        onPress={() => navigation.push(paths.studio)}
      />
    </View>
  );
}

const styles = StyleSheet.create({
  card: {
    marginHorizontal: space.l,
    padding: space.l,
    gap: space.l,
    borderRadius: radius.xl,
    borderWidth: 1,
    borderColor: color.line,
    flexDirection: 'row',
    flexWrap: 'wrap',
    alignItems: 'center',
  },
  words: { flexGrow: 1, flexShrink: 1, flexBasis: 220, gap: space.xs },
});
