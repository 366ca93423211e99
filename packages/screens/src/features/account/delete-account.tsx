import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi, useClient } from '../../app/client';
import { useErrorMessage } from '../../i18n/error-message';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Button } from '../../ui/button';
import { Confirm } from '../../ui/confirm';
import { Notice } from '../../ui/notice';
import { useToast } from '../../ui/toast';
import { space } from '../../ui/tokens';

/** The way out for good. */
export function DeleteAccount() {
  const { t } = useTranslation();
  const api = useApi();
  const { session } = useClient();
  const toast = useToast();
  const errorMessage = useErrorMessage();
  const { navigation } = usePlatform();
  const [isAsking, setIsAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => api.call('deleteMe'),
    onSuccess: async () => {
      toast.show({ icon: 'Check', title: t('account.delete.done') });
      navigation.replace(paths.feed);
      await session.logout();
    },
    onSettled: () => setIsAsking(false),
  });
  return (
    <View style={styles.box}>
      {remove.isError ? <Notice tone="trouble" title={errorMessage(remove.error)} /> : null}
      <Button
        kind="quiet"
        icon="Trash2"
        testID="delete-account"
        label={t('account.delete.action')}
        onPress={() => setIsAsking(true)}
      />
      <Confirm
        open={isAsking}
        title={t('account.delete.action')}
        question={t('account.delete.question')}
        yes={t('account.delete.yes')}
        busy={remove.isPending}
        testID="delete-account-yes"
        onYes={() => remove.mutate()}
        onClose={() => setIsAsking(false)}
      />
    </View>
  );
}

const styles = StyleSheet.create({ box: { gap: space.s } });
