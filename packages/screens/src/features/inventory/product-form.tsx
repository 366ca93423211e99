import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Product } from '@vybekart/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useErrorMessage } from '../../i18n/error-message';
import { Button, IconButton } from '../../ui/button';
import { Checkbox } from '../../ui/checkbox';
import { Field } from '../../ui/field';
import { ImageField } from '../../ui/image-field';
import { Notice } from '../../ui/notice';
import { Sheet } from '../../ui/sheet';
import { space } from '../../ui/tokens';
import {
  checkEditedProduct,
  checkNewProduct,
  type DraftProblems,
  draftOf,
  emptyDraft,
  type ProductDraft,
  withVariant,
} from './product-draft';

interface Props {
  /** `new` makes one, a product is edited, null closes the sheet. */
  target: Product | 'new' | null;
  onClose(): void;
}

export function ProductSheet({ target, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Sheet
      open={target !== null}
      title={t(target === 'new' ? 'inventory.form.newTitle' : 'inventory.form.editTitle')}
      onClose={onClose}
      testID="product-sheet"
    >
      {target ? <ProductForm product={target === 'new' ? null : target} onDone={onClose} /> : null}
    </Sheet>
  );
}

function ProductForm({ product, onDone }: { product: Product | null; onDone(): void }) {
  const { t } = useTranslation();
  const errorMessage = useErrorMessage();
  const [draft, setDraft] = useState<ProductDraft>(product ? draftOf(product) : emptyDraft);
  const [problems, setProblems] = useState<DraftProblems>({});
  const save = useSave(product, onDone);
  const set = (change: Partial<ProductDraft>) => {
    setDraft((before) => ({ ...before, ...change }));
    setProblems({});
  };
  const error = (field: string) => (problems[field] ? t(problems[field]) : undefined);

  const submit = () => {
    const checked = product ? checkEditedProduct(draft, product.version) : checkNewProduct(draft);
    if ('problems' in checked) setProblems(checked.problems ?? {});
    else save.mutate(draft);
  };

  return (
    <View style={styles.form}>
      {save.isError ? <Notice tone="trouble" title={errorMessage(save.error)} /> : null}
      <ImageField
        label={t('inventory.form.picture')}
        chooseLabel={t('inventory.form.choosePicture')}
        changeLabel={t('inventory.form.changePicture')}
        currentUrl={product?.imageUrls[0] ?? null}
        testID="choose-picture"
        onUploaded={(upload) => set({ imageId: upload.id })}
      />
      <Field
        label={t('inventory.form.title')}
        testID="product-title"
        value={draft.title}
        onChangeText={(title) => set({ title })}
        error={error('title')}
      />
      <Field
        label={t('inventory.form.price')}
        testID="product-price"
        prefix="₹"
        inputMode="decimal"
        keyboardType="decimal-pad"
        value={draft.price}
        onChangeText={(price) => set({ price })}
        error={error('price')}
      />
      <Field
        label={`${t('inventory.form.description')} (${t('common.optional')})`}
        testID="product-description"
        multiline
        maxLength={2000}
        value={draft.description}
        onChangeText={(description) => set({ description })}
      />
      {product ? null : (
        <Checkbox
          label={t('inventory.form.hasVariants')}
          checked={draft.hasVariants}
          testID="has-variants"
          onChange={(hasVariants) => set({ hasVariants })}
        />
      )}
      {product ? null : draft.hasVariants ? (
        <VariantRows draft={draft} set={set} error={error} />
      ) : (
        <Field
          label={t('inventory.form.stock')}
          testID="product-stock"
          inputMode="numeric"
          keyboardType="number-pad"
          value={draft.stock}
          onChangeText={(stock) => set({ stock })}
          error={error('stock')}
        />
      )}
      <Button
        wide
        size="l"
        testID="save-product"
        busy={save.isPending}
        label={t(product ? 'common.save' : 'inventory.form.create')}
        onPress={submit}
      />
    </View>
  );
}

function useSave(product: Product | null, onDone: () => void) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (draft: ProductDraft) => {
      if (product) {
        const checked = checkEditedProduct(draft, product.version);
        if (checked.body) await api.call('updateProduct', { params: { id: product.id }, body: checked.body });
        return;
      }
      const checked = checkNewProduct(draft);
      if ('body' in checked) await api.call('createProduct', { body: checked.body });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: queryKeys.allProducts });
      onDone();
    },
  });
}

interface VariantRowsProps {
  draft: ProductDraft;
  set(change: Partial<ProductDraft>): void;
  error(field: string): string | undefined;
}

function VariantRows({ draft, set, error }: VariantRowsProps) {
  const { t } = useTranslation();
  const change = (key: number, fields: { title?: string; stock?: string }) =>
    set({
      variants: draft.variants.map((variant) => (variant.key === key ? { ...variant, ...fields } : variant)),
    });
  return (
    <View style={styles.form}>
      {draft.variants.map((variant, index) => (
        <View
          key={variant.key}
          style={styles.variant}
          role="group"
          aria-label={t('inventory.form.variant', { number: index + 1 })}
        >
          <Field
            label={t('inventory.form.variantName')}
            testID={`variant-title-${index}`}
            value={variant.title}
            onChangeText={(title) => change(variant.key, { title })}
            error={error(`variant-${variant.key}-title`)}
          />
          <View style={styles.stock}>
            <Field
              label={t('inventory.onHand')}
              testID={`variant-stock-${index}`}
              inputMode="numeric"
              keyboardType="number-pad"
              value={variant.stock}
              onChangeText={(stock) => change(variant.key, { stock })}
              error={error(`variant-${variant.key}-stock`)}
            />
          </View>
          <IconButton
            icon="Trash2"
            label={t('inventory.form.removeVariant', { number: index + 1 })}
            disabled={draft.variants.length < 2}
            onPress={() => set({ variants: draft.variants.filter(({ key }) => key !== variant.key) })}
            style={styles.bin}
          />
        </View>
      ))}
      <Button
        kind="secondary"
        icon="Plus"
        testID="add-variant"
        label={t('inventory.form.addVariant')}
        onPress={() => set({ variants: withVariant(draft).variants })}
      />
    </View>
  );
}

const styles = StyleSheet.create({
  form: { gap: space.m },
  variant: { flexDirection: 'row', alignItems: 'flex-start', gap: space.s },
  stock: { width: 96 },
  bin: { marginTop: 24 },
});
