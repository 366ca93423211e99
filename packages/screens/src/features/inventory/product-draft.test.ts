import { CreateProduct } from '@vybekart/contract';
import { describe, expect, test } from 'vitest';
import { checkEditedProduct, checkNewProduct, emptyDraft, withVariant } from './product-draft';
import { readDelta } from './stock-delta';

const jordan = { ...emptyDraft, title: 'Air Jordan 1', price: '12,999' };

describe('a new product', () => {
  test('needs a name, a price and how many there are', () => {
    expect(checkNewProduct({ ...emptyDraft, stock: '' })).toEqual({
      problems: {
        title: 'inventory.form.titleWrong',
        price: 'inventory.form.priceWrong',
        stock: 'inventory.form.stockWrong',
      },
    });
  });

  test('goes out as the contract takes it', () => {
    const checked = checkNewProduct({ ...jordan, stock: '7' });
    if (!('body' in checked)) throw new Error('the draft is good');
    expect(CreateProduct.safeParse(checked.body).success).toBe(true);
    expect(checked.body).toMatchObject({ price: { amountMinor: 1_299_900, currency: 'inr' }, stock: 7 });
  });

  test('with sizes gives the stock to the sizes alone', () => {
    const variants = [
      { key: 1, title: 'UK 8', stock: '3' },
      { key: 2, title: 'UK 9', stock: '0' },
    ];
    const checked = checkNewProduct({ ...jordan, hasVariants: true, variants });
    if (!('body' in checked)) throw new Error('the draft is good');
    expect(CreateProduct.safeParse(checked.body).success).toBe(true);
    expect(checked.body.variants).toEqual([
      { title: 'UK 8', stock: 3 },
      { title: 'UK 9', stock: 0 },
    ]);
  });

  test('says which size has no name', () => {
    const variants = [
      { key: 1, title: 'UK 8', stock: '3' },
      { key: 5, title: ' ', stock: 'many' },
    ];
    expect(checkNewProduct({ ...jordan, hasVariants: true, variants })).toEqual({
      problems: {
        'variant-5-title': 'inventory.form.variantWrong',
        'variant-5-stock': 'inventory.form.stockWrong',
      },
    });
  });

  test('cannot be free', () => {
    expect(checkNewProduct({ ...jordan, price: '0' })).toEqual({
      problems: { price: 'inventory.form.priceWrong' },
    });
  });

  test('a size that is added has a row of its own', () => {
    const keys = withVariant(withVariant(jordan)).variants.map((variant) => variant.key);
    expect(new Set(keys).size).toBe(4);
  });
});

test('an edited product names the version that was edited', () => {
  expect(checkEditedProduct(jordan, 4)).toMatchObject({ body: { version: 4, title: 'Air Jordan 1' } });
});

test.each([
  ['5', 5],
  ['+12', 12],
  ['-2', -2],
  ['− 3', -3],
  ['0', null],
  ['1.5', null],
  ['lots', null],
  ['9999999', null],
])('a stock change of %j means %j', (typed, delta) => {
  expect(readDelta(typed)).toBe(delta);
});
