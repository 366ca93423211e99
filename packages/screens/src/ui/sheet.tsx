import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { KeyboardAvoidingView, Modal, ScrollView, StyleSheet, useWindowDimensions, View } from 'react-native';
import { IconButton } from './button';
import { effects } from './effects';
import { Text } from './text';
import { breakpoint, color, radius, space } from './tokens';

interface Props {
  open: boolean;
  title: string;
  onClose(): void;
  children: ReactNode;
  /** Stays in view under the scrolling content. */
  footer?: ReactNode;
  testID?: string;
}

/**
 * Comes up from the thumb's side on a phone, stands in the middle on a desk. The Modal beneath traps the
 * focus, gives it back on closing and closes on Escape or the back gesture.
 */
export function Sheet({ open, title, onClose, children, footer, testID }: Props) {
  const { t } = useTranslation();
  const desk = useWindowDimensions().width >= breakpoint.rail;
  return (
    <Modal visible={open} transparent animationType="none" onRequestClose={onClose} aria-label={title}>
      <View style={[styles.layer, desk && styles.layerDesk]}>
        {/* A plain view: the dialog puts its focus on the first thing that can take it. */}
        <View
          aria-hidden
          onStartShouldSetResponder={() => true}
          onResponderRelease={onClose}
          style={[StyleSheet.absoluteFill, styles.scrim, effects.fadeIn]}
        />
        <KeyboardAvoidingView
          behavior="padding"
          testID={testID}
          style={[styles.panel, effects.lift, desk ? [styles.desk, effects.dialogIn] : effects.sheetIn]}
        >
          {desk ? null : <View style={styles.grip} />}
          <View style={styles.head}>
            <Text variant="heading" level={2} style={styles.title}>
              {title}
            </Text>
            <IconButton icon="X" label={t('common.close')} onPress={onClose} />
          </View>
          <ScrollView
            style={styles.scroll}
            contentContainerStyle={styles.content}
            keyboardShouldPersistTaps="handled"
          >
            {children}
          </ScrollView>
          {footer ? <View style={styles.footer}>{footer}</View> : null}
          <View style={effects.safeBottom} />
        </KeyboardAvoidingView>
      </View>
    </Modal>
  );
}

const styles = StyleSheet.create({
  layer: { flex: 1, justifyContent: 'flex-end', alignItems: 'center' },
  layerDesk: { justifyContent: 'center', padding: space.xl },
  scrim: { backgroundColor: color.scrim },
  panel: {
    width: '100%',
    maxWidth: 560,
    maxHeight: '88%',
    backgroundColor: color.surface,
    borderTopLeftRadius: radius.xl,
    borderTopRightRadius: radius.xl,
    borderTopWidth: 1,
    borderColor: color.line,
    overflow: 'hidden',
  },
  desk: { maxWidth: 480, borderRadius: radius.xl, borderWidth: 1 },
  grip: {
    alignSelf: 'center',
    width: 40,
    height: 4,
    borderRadius: 2,
    marginTop: space.s,
    backgroundColor: color.lineStrong,
  },
  head: {
    flexDirection: 'row',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: space.s,
    paddingLeft: space.l,
    paddingRight: space.s,
    paddingTop: space.xs,
  },
  title: { flexShrink: 1 },
  scroll: { flexShrink: 1 },
  content: { paddingHorizontal: space.l, paddingTop: space.s, paddingBottom: space.l, gap: space.l },
  footer: {
    paddingHorizontal: space.l,
    paddingTop: space.m,
    paddingBottom: space.l,
    gap: space.s,
    borderTopWidth: 1,
    borderColor: color.line,
  },
});
