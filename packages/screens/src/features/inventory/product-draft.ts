import {
  type CreateProductInput,
  type Product,
  ProductTitle,
  StockCount,
  VariantTitle,
} from '@vybekart/contract';
import { amountForInput, parseAmountMinor } from '../../i18n/format';

const currency = 'inr';
const maxDescription = 2000;

interface VariantDraft {
  /** Of this row on screen alone. */
  key: number;
  title: string;
  stock: string;
}

/** What stands in the boxes of the form; everything is text while somebody types. */
export interface ProductDraft {
  title: string;
  description: string;
  price: string;
  /** Without variants. */
  stock: string;
  hasVariants: boolean;
  variants: readonly VariantDraft[];
  imageId: string | null;
}

type DraftProblem =
  | 'inventory.form.titleWrong'
  | 'inventory.form.priceWrong'
  | 'inventory.form.stockWrong'
  | 'inventory.form.variantWrong';
/** By field; a variant's fields are `variant-<key>-title` and `variant-<key>-stock`. */
export type DraftProblems = Record<string, DraftProblem>;

export const emptyDraft: ProductDraft = {
  title: '',
  description: '',
  price: '',
  stock: '1',
  hasVariants: false,
  variants: [
    { key: 1, title: '', stock: '1' },
    { key: 2, title: '', stock: '1' },
  ],
  imageId: null,
};

export function draftOf(product: Product): ProductDraft {
  return {
    ...emptyDraft,
    title: product.title,
    description: product.description,
    price: amountForInput(product.price),
  };
}

/** A new variant row with a key of its own. */
export function withVariant(draft: ProductDraft): ProductDraft {
  const key = Math.max(0, ...draft.variants.map((variant) => variant.key)) + 1;
  return { ...draft, variants: [...draft.variants, { key, title: '', stock: '1' }] };
}

/** The body of POST /products, or what to say about which box. */
export function checkNewProduct(
  draft: ProductDraft,
): { body: CreateProductInput } | { problems: DraftProblems } {
  const problems = checkFace(draft);
  if (!draft.hasVariants && readStock(draft.stock) === null) problems.stock = 'inventory.form.stockWrong';
  for (const variant of draft.hasVariants ? draft.variants : []) {
    if (!VariantTitle.safeParse(variant.title).success) {
      problems[`variant-${variant.key}-title`] = 'inventory.form.variantWrong';
    }
    if (readStock(variant.stock) === null)
      problems[`variant-${variant.key}-stock`] = 'inventory.form.stockWrong';
  }
  if (Object.keys(problems).length > 0) return { problems };
  const face = faceOf(draft);
  const imageIds = draft.imageId ? [draft.imageId] : [];
  if (!draft.hasVariants) return { body: { ...face, imageIds, stock: readStock(draft.stock) ?? 0 } };
  const variants = draft.variants.map(({ title, stock }) => ({ title, stock: readStock(stock) ?? 0 }));
  return { body: { ...face, imageIds, variants } };
}

/** The body of PATCH /products/:id; the stock is changed elsewhere, by how much. */
export function checkEditedProduct(draft: ProductDraft, version: number) {
  const problems = checkFace(draft);
  if (Object.keys(problems).length > 0) return { problems };
  return { body: { ...faceOf(draft), version, ...(draft.imageId ? { imageIds: [draft.imageId] } : {}) } };
}

function checkFace(draft: ProductDraft): DraftProblems {
  const problems: DraftProblems = {};
  if (!ProductTitle.safeParse(draft.title).success) problems.title = 'inventory.form.titleWrong';
  const amountMinor = parseAmountMinor(draft.price, currency);
  if (amountMinor === null || amountMinor === 0) problems.price = 'inventory.form.priceWrong';
  return problems;
}

function faceOf(draft: ProductDraft) {
  return {
    title: draft.title,
    description: draft.description.slice(0, maxDescription),
    price: { amountMinor: parseAmountMinor(draft.price, currency) ?? 0, currency } as const,
  };
}

function readStock(text: string): number | null {
  if (!/^\d{1,7}$/.test(text.trim())) return null;
  const parsed = StockCount.safeParse(Number(text));
  return parsed.success ? parsed.data : null;
}
