import { useTranslation } from 'react-i18next';
import { Pressable, StyleSheet } from 'react-native';
import { speak } from '../../i18n/i18n';
import { useFormat } from '../../i18n/use-format';
import { effects } from '../../ui/effects';
import { Icon } from '../../ui/icon';
import { Text } from '../../ui/text';
import { color, radius, space, tapTarget } from '../../ui/tokens';
import { webProps } from '../../ui/web-props';

/** Offers the other language in its own script, so that whoever needs it can read it. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  const other = useFormat().language === 'en' ? 'hi' : 'en';
  return (
    <Pressable
      role="button"
      testID="language-switch"
      aria-label={t('common.language.switch')}
      {...webProps({ lang: other })}
      onPress={() => void speak(i18n, other)}
      style={({ pressed }) => [styles.switch, effects.smooth, effects.noSelect, pressed && styles.pressed]}
    >
      <Icon name="Languages" size={18} tint={color.marigold} />
      <Text variant="label">{t('common.language.short')}</Text>
    </Pressable>
  );
}

const styles = StyleSheet.create({
  switch: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.s,
    minHeight: tapTarget,
    paddingHorizontal: space.m,
    borderRadius: radius.pill,
    backgroundColor: color.raised,
  },
  pressed: { backgroundColor: color.pressed },
});
