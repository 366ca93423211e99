import { ApiError } from '@vybekart/client';
import { ShopName } from '@vybekart/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useClient } from '../../app/client';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { StateView } from '../../ui/state-view';
import { space } from '../../ui/tokens';
import { isHandle, suggestHandle } from './shop-handle';

/** A name and an address: then one is a seller. */
export function OpenShop() {
  const { t } = useTranslation();
  const { api, session } = useClient();
  const [name, setName] = useState('');
  const [typedHandle, setTypedHandle] = useState<string | null>(null);
  const [wasTried, setWasTried] = useState(false);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const handle = typedHandle ?? suggestHandle(name);
  const nameIsFine = ShopName.safeParse(name).success;
  const handleIsFine = isHandle(handle);

  const submit = async () => {
    setWasTried(true);
    setFailure(null);
    if (!nameIsFine || !handleIsFine || busy) return;
    setBusy(true);
    try {
      const shop = await api.call('createShop', { body: { name, handle } });
      const { user } = session.getSnapshot();
      if (user) await session.updateUser({ ...user, shop });
    } catch (thrown) {
      setFailure(ApiError.from(thrown));
    } finally {
      setBusy(false);
    }
  };

  const handleProblem = () => {
    if (failure?.code === 'handle_taken') return t('errors.handle_taken');
    return wasTried && !handleIsFine ? t('studio.open.handleWrong') : undefined;
  };
  return (
    <View style={styles.column}>
      <StateView icon="Store" tone="warm" title={t('studio.open.title')} body={t('studio.open.body')} />
      <Card style={styles.card}>
        {failure && failure.code !== 'handle_taken' ? (
          <Notice tone="trouble" title={t(`errors.${failure.code}`)} />
        ) : null}
        <Field
          label={t('studio.open.name')}
          testID="shop-name"
          value={name}
          onChangeText={setName}
          error={wasTried && !nameIsFine ? t('studio.open.nameWrong') : undefined}
        />
        <Field
          label={t('studio.open.handle')}
          testID="shop-handle"
          value={handle}
          onChangeText={(text) => setTypedHandle(text.toLowerCase())}
          autoCapitalize="none"
          autoCorrect={false}
          help={t('studio.open.handleHelp', { handle: handle || '…' })}
          error={handleProblem()}
          onSubmitEditing={() => void submit()}
        />
        <Button
          wide
          size="l"
          icon="Store"
          testID="open-shop"
          busy={busy}
          label={t('studio.open.action')}
          onPress={() => void submit()}
        />
      </Card>
    </View>
  );
}

const styles = StyleSheet.create({
  column: { gap: space.s },
  card: { width: '100%', maxWidth: 480, alignSelf: 'center' },
});
