import { useQueryClient } from '@tanstack/react-query';
import { ApiError } from '@vybekart/client';
import type { Shop, StreamVisibility } from '@vybekart/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { Shell } from '../../app/shell';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Field } from '../../ui/field';
import { ImageField } from '../../ui/image-field';
import { Notice } from '../../ui/notice';
import { Screen } from '../../ui/screen';
import { useToast } from '../../ui/toast';
import { space } from '../../ui/tokens';
import { LineupPicker } from './lineup-picker';
import { PlanChoice } from './plan-choice';
import { type PlanTime, planDate } from './plan-time';
import { RequireShop } from './require-shop';
import { VisibilityChoice } from './visibility-choice';

export function NewShowScreen() {
  const { t } = useTranslation();
  return (
    <Shell>
      <Screen title={t('studio.create.title')} backTo={paths.studio} testID="new-show-screen">
        <RequireShop>{(shop) => <NewShowForm shop={shop} />}</RequireShop>
      </Screen>
    </Shell>
  );
}

function NewShowForm({ shop }: { shop: Shop }) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const { navigation } = usePlatform();
  const [title, setTitle] = useState('');
  const [thumbnailId, setThumbnailId] = useState<string>();
  const [productIds, setProductIds] = useState<readonly string[]>([]);
  const toast = useToast();
  const [plan, setPlan] = useState<{ time: PlanTime; now: Date } | null>(null);
  const [visibility, setVisibility] = useState<StreamVisibility>('public');
  const [titleIsWrong, setTitleIsWrong] = useState(false);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async () => {
    const isWrong = title.trim() === '' || title.trim().length > 120;
    setTitleIsWrong(isWrong);
    setFailure(null);
    if (isWrong || busy) return;
    setBusy(true);
    try {
      const { streamKey, rtmpIngestUrl, ...stream } = await api.call('createStream', {
        body: {
          title,
          thumbnailId,
          productIds: [...productIds],
          scheduledFor: plan ? planDate(plan.time, plan.now).toISOString() : undefined,
          visibility,
        },
      });
      queries.setQueryData(queryKeys.ingest(stream.id), { streamKey, rtmpIngestUrl });
      queries.setQueryData(queryKeys.stream(stream.id), stream);
      void queries.invalidateQueries({ queryKey: queryKeys.myStreams });
      // The invitation of a private show stands on its desk.
      if (plan && visibility === 'public') {
        toast.show({ icon: 'Check', title: t('studio.plan.done') });
        navigation.replace(paths.studio);
      } else navigation.replace(paths.studioLive(stream.id));
    } catch (thrown) {
      setFailure(ApiError.from(thrown));
      setBusy(false);
    }
  };

  const openShowId = failure?.code === 'already_live' ? failure.problem?.streamId : undefined;
  return (
    <View style={styles.column}>
      {failure ? (
        <Notice tone="trouble" testID={`error-${failure.code}`} title={t(`errors.${failure.code}`)}>
          {typeof openShowId === 'string' ? (
            <Button
              kind="quiet"
              label={t('studio.continueShow')}
              onPress={() => navigation.replace(paths.studioLive(openShowId))}
            />
          ) : null}
        </Notice>
      ) : null}
      <Card>
        <Field
          label={t('studio.create.showTitle')}
          placeholder={t('studio.create.showTitleHint')}
          testID="show-title"
          value={title}
          maxLength={240}
          onChangeText={(text) => {
            setTitle(text);
            setTitleIsWrong(false);
          }}
          error={titleIsWrong ? t('studio.create.titleWrong') : undefined}
        />
        <ImageField
          portrait
          label={t('studio.create.cover')}
          help={t('studio.create.coverHelp')}
          chooseLabel={t('studio.create.chooseCover')}
          changeLabel={t('studio.create.changeCover')}
          currentUrl={null}
          testID="choose-cover"
          onUploaded={(upload) => setThumbnailId(upload.id)}
        />
      </Card>
      <PlanChoice
        time={plan?.time ?? null}
        now={plan?.now ?? new Date()}
        onChange={(time) => setPlan(time && { time, now: plan?.now ?? new Date() })}
      />
      <VisibilityChoice visibility={visibility} onChange={setVisibility} />
      <LineupPicker handle={shop.handle} chosenIds={productIds} onChange={setProductIds} />
      <Button
        wide
        size="l"
        icon="Video"
        testID="create-stream"
        busy={busy}
        label={t(plan ? 'studio.plan.action' : 'studio.create.action')}
        onPress={() => void submit()}
      />
    </View>
  );
}

const styles = StyleSheet.create({ column: { gap: space.l } });
