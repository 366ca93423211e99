import { useId, useState } from 'react';
import { StyleSheet, TextInput, type TextInputProps, View } from 'react-native';
import { type Autofill, autofill } from './autofill';
import { effects } from './effects';
import { Icon } from './icon';
import { Text } from './text';
import { color, radius, space, tapTarget } from './tokens';
import { webProps } from './web-props';

interface Props extends Omit<TextInputProps, 'style' | 'id' | 'autoComplete'> {
  label: string;
  value: string;
  onChangeText(value: string): void;
  /** A sentence that says how to put it right; it is announced when it appears. */
  error?: string | undefined;
  help?: string;
  /** Stands inside the box before the text: `₹`. */
  prefix?: string;
  /** What a password manager or the keyboard may fill in; absent: nothing. */
  fill?: Autofill;
}

/** A labelled text box with its error beneath it. */
export function Field({ label, error, help, prefix, fill, multiline, ...input }: Props) {
  const id = useId();
  const [focused, setFocused] = useState(false);
  const describedBy = error ? `${id}-error` : help ? `${id}-help` : undefined;
  return (
    <View style={styles.field}>
      <Text variant="caption" tone="muted" id={`${id}-label`}>
        {label}
      </Text>
      <View style={[styles.box, effects.smooth, focused && styles.focused, error ? styles.wrong : null]}>
        {prefix ? (
          <Text variant="body" tone="muted" style={styles.prefix}>
            {prefix}
          </Text>
        ) : null}
        <TextInput
          {...input}
          autoComplete={fill ? autofill[fill] : 'off'}
          {...webProps({
            'aria-invalid': Boolean(error),
            'aria-describedby': describedBy,
          })}
          aria-label={label}
          multiline={multiline ?? false}
          placeholderTextColor={color.faint}
          onFocus={(event) => {
            setFocused(true);
            input.onFocus?.(event);
          }}
          onBlur={(event) => {
            setFocused(false);
            input.onBlur?.(event);
          }}
          style={[effects.font, styles.input, multiline && styles.multiline]}
        />
      </View>
      {error ? (
        <View style={styles.note} aria-live="polite">
          <Icon name="CircleAlert" size={15} tint={color.danger} />
          <Text variant="caption" tone="danger" id={`${id}-error`} style={styles.noteText}>
            {error}
          </Text>
        </View>
      ) : help ? (
        <Text variant="caption" tone="faint" id={`${id}-help`}>
          {help}
        </Text>
      ) : null}
    </View>
  );
}

const styles = StyleSheet.create({
  field: { gap: space.xs, flexGrow: 1, flexShrink: 1 },
  box: {
    flexDirection: 'row',
    alignItems: 'center',
    minHeight: tapTarget + 4,
    borderRadius: radius.m,
    borderWidth: 1,
    borderColor: color.lineStrong,
    backgroundColor: color.ground,
  },
  focused: { borderColor: color.marigold },
  wrong: { borderColor: color.danger },
  prefix: { paddingLeft: space.m },
  input: {
    flex: 1,
    minWidth: 0,
    minHeight: tapTarget,
    paddingHorizontal: space.m,
    paddingVertical: space.s,
    color: color.text,
    // Below 16 px iOS zooms the page into the field.
    fontSize: 16,
    borderRadius: radius.m,
  },
  multiline: { minHeight: 88, textAlignVertical: 'top' },
  note: { flexDirection: 'row', gap: space.xs, alignItems: 'flex-start' },
  noteText: { flexShrink: 1 },
});
