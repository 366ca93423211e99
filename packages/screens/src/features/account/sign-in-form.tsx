import { ApiError } from '@vybekart/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useClient } from '../../app/client';
import { Button, IconButton } from '../../ui/button';
import { Field } from '../../ui/field';
import { Form } from '../../ui/form';
import { Notice } from '../../ui/notice';
import { Text } from '../../ui/text';
import { space } from '../../ui/tokens';
import { type CredentialProblems, type Credentials, checkCredentials, problemOfCode } from './credentials';

/** Sign in, or create the account in the same place. */
export function SignInForm({ onSignedIn }: { onSignedIn(): void }) {
  const { t } = useTranslation();
  const { session } = useClient();
  const [isNew, setIsNew] = useState(false);
  const [isVisible, setIsVisible] = useState(false);
  const [values, setValues] = useState<Credentials>({ email: '', password: '', displayName: '' });
  const [problems, setProblems] = useState<CredentialProblems>({});
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);

  const field = (name: keyof Credentials) => ({
    value: values[name],
    onChangeText: (value: string) => {
      setValues((before) => ({ ...before, [name]: value }));
      setProblems((before) => ({ ...before, [name]: undefined }));
      setFailure(null);
    },
    error: problems[name] ? t(problems[name]) : undefined,
    onSubmitEditing: () => void submit(),
  });

  const submit = async () => {
    const found = checkCredentials(values, isNew);
    setProblems(found);
    setFailure(null);
    if (Object.keys(found).length > 0 || busy) return;
    setBusy(true);
    try {
      const { email, password, displayName } = values;
      if (isNew) await session.register({ email, password, displayName });
      else await session.login({ email, password });
      onSignedIn();
    } catch (thrown) {
      const error = ApiError.from(thrown);
      const onField = problemOfCode(error.code);
      if (onField) setProblems({ [onField.field]: onField.problem });
      else setFailure(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Form>
      <View style={styles.form}>
        {failure ? (
          <Notice tone="trouble" testID={`error-${failure.code}`} title={t(`errors.${failure.code}`)} />
        ) : null}
        <Field
          label={t('account.email')}
          testID="email"
          fill="email"
          inputMode="email"
          keyboardType="email-address"
          autoCapitalize="none"
          autoCorrect={false}
          {...field('email')}
        />
        {isNew ? (
          <Field
            label={t('account.displayName')}
            help={t('account.displayNameHelp')}
            testID="display-name"
            fill="name"
            {...field('displayName')}
          />
        ) : null}
        <View style={styles.password}>
          <Field
            label={t('account.password')}
            help={isNew ? t('account.passwordHelp') : undefined}
            testID="password"
            fill={isNew ? 'newPassword' : 'currentPassword'}
            secureTextEntry={!isVisible}
            autoCapitalize="none"
            autoCorrect={false}
            {...field('password')}
          />
          <View style={styles.eye}>
            <IconButton
              icon={isVisible ? 'EyeOff' : 'Eye'}
              label={t(isVisible ? 'account.hidePassword' : 'account.showPassword')}
              onPress={() => setIsVisible(!isVisible)}
            />
          </View>
        </View>
        <Button
          wide
          size="l"
          testID="submit"
          busy={busy}
          label={t(isNew ? 'account.register' : 'account.signIn')}
          onPress={() => void submit()}
        />
        <Text variant="caption" tone="faint" style={styles.or}>
          {t(isNew ? 'account.haveAccount' : 'account.noAccount')}
        </Text>
        <Button
          wide
          kind="secondary"
          testID="toggle-register"
          label={t(isNew ? 'account.signIn' : 'account.register')}
          onPress={() => {
            setIsNew(!isNew);
            setProblems({});
            setFailure(null);
          }}
        />
      </View>
    </Form>
  );
}

const styles = StyleSheet.create({
  form: { gap: space.m },
  password: { position: 'relative' },
  eye: { position: 'absolute', right: 2, top: 25 },
  or: { textAlign: 'center', marginTop: space.xs },
});
