import { ApiError } from '@vybekart/client';
import type { Upload } from '@vybekart/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../app/client';
import { usePlatform } from '../platform/context';
import { Button } from './button';
import { Icon } from './icon';
import { Picture } from './picture';
import { Spinner } from './spinner';
import { Text } from './text';
import { color, radius, space } from './tokens';

interface Props {
  label: string;
  help?: string;
  chooseLabel: string;
  changeLabel: string;
  /** What is shown until another one is chosen. */
  currentUrl: string | null;
  portrait?: boolean;
  onUploaded(upload: Upload): void;
  testID?: string;
}

/** A picture that is sent as soon as it is chosen, so that saving the form does not wait for it. */
export function ImageField({
  label,
  help,
  chooseLabel,
  changeLabel,
  currentUrl,
  portrait,
  onUploaded,
  testID,
}: Props) {
  const { t } = useTranslation();
  const api = useApi();
  const { pickImage } = usePlatform();
  const [previewUrl, setPreviewUrl] = useState<string | null>(null);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const shown = previewUrl ?? currentUrl;

  const choose = async () => {
    const picked = await pickImage();
    if (!picked) return;
    setPreviewUrl(picked.previewUrl);
    setFailure(null);
    setBusy(true);
    try {
      onUploaded(await api.uploadImage(picked.file));
    } catch (thrown) {
      setPreviewUrl(null);
      setFailure(ApiError.from(thrown));
    } finally {
      setBusy(false);
    }
  };

  return (
    <View style={styles.row} role="group" aria-label={label}>
      <View style={[styles.frame, portrait && styles.portrait]}>
        {shown ? (
          <Picture seed={shown} name={label} url={shown} style={StyleSheet.absoluteFill} />
        ) : (
          <Icon name="ImagePlus" size={28} tint={color.faint} />
        )}
        {busy ? (
          <View style={styles.busy}>
            <Spinner size={24} />
          </View>
        ) : null}
      </View>
      <View style={styles.words}>
        <Text variant="label">{label}</Text>
        {help ? (
          <Text variant="caption" tone="faint">
            {help}
          </Text>
        ) : null}
        {failure ? (
          <Text variant="caption" tone="danger" role="alert">
            {t(`errors.${failure.code}`)}
          </Text>
        ) : null}
        <Button
          kind="secondary"
          icon="ImagePlus"
          busy={busy}
          label={shown ? changeLabel : chooseLabel}
          testID={testID}
          onPress={() => void choose()}
          style={styles.button}
        />
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  row: { flexDirection: 'row', alignItems: 'center', gap: space.l },
  frame: {
    width: 96,
    height: 96,
    borderRadius: radius.l,
    overflow: 'hidden',
    alignItems: 'center',
    justifyContent: 'center',
    borderWidth: 1.5,
    borderStyle: 'dashed',
    borderColor: color.lineStrong,
    backgroundColor: color.ground,
  },
  portrait: { width: 90, height: 150 },
  busy: {
    position: 'absolute',
    top: 0,
    left: 0,
    right: 0,
    bottom: 0,
    alignItems: 'center',
    justifyContent: 'center',
    backgroundColor: color.scrim,
  },
  words: { flex: 1, minWidth: 0, gap: space.s },
  button: { alignSelf: 'flex-start' },
});
