import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ScrollView, StyleSheet, View } from 'react-native';
import { useFormat } from '../i18n/use-format';
import { usePlatform } from '../platform/context';
import { IconButton } from './button';
import { effects } from './effects';
import { Text } from './text';
import { contentMaxWidth, space } from './tokens';

/** Tells the platform what is on screen: the document's title and language. */
export function useScreenTitle(title: string): void {
  const platform = usePlatform();
  const { language } = useFormat();
  useEffect(() => platform.describeScreen({ title, language }), [platform, title, language]);
}

interface Props {
  title: string;
  subtitle?: string;
  /** Where the back button leads when there is no way back; without it there is no back button. */
  backTo?: string;
  /** One or two buttons at the end of the title's line. */
  actions?: ReactNode;
  /** Full width, for the feed's grid and the studio's columns. */
  wide?: boolean;
  children: ReactNode;
  testID?: string;
}

/** A scrolling page with its title; its content never gets wider than one can read. */
export function Screen({ title, subtitle, backTo, actions, wide = false, children, testID }: Props) {
  const { t } = useTranslation();
  const { navigation } = usePlatform();
  useScreenTitle(title);
  return (
    <ScrollView
      role="main"
      testID={testID}
      style={[styles.scroll, effects.safeTop]}
      contentContainerStyle={styles.content}
      keyboardShouldPersistTaps="handled"
    >
      <View style={[styles.column, !wide && styles.narrow]}>
        <View style={styles.head}>
          {backTo ? (
            <IconButton icon="ChevronLeft" label={t('common.back')} onPress={() => navigation.back(backTo)} />
          ) : null}
          <View style={styles.titles}>
            <Text variant="title" level={1}>
              {title}
            </Text>
            {subtitle ? (
              <Text variant="caption" tone="muted">
                {subtitle}
              </Text>
            ) : null}
          </View>
          {actions ? <View style={styles.actions}>{actions}</View> : null}
        </View>
        {children}
      </View>
    </ScrollView>
  );
}

const styles = StyleSheet.create({
  scroll: { flex: 1 },
  content: { flexGrow: 1, padding: space.l, paddingBottom: space.huge },
  column: { width: '100%', alignSelf: 'center', gap: space.l, flexGrow: 1 },
  narrow: { maxWidth: contentMaxWidth },
  head: { flexDirection: 'row', alignItems: 'center', gap: space.xs, minHeight: 48 },
  titles: { flex: 1, minWidth: 0 },
  actions: { flexDirection: 'row', alignItems: 'center', gap: space.xs },
});
