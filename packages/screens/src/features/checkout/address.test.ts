import { describe, expect, test } from 'vitest';
import type { Storage } from '../../platform/platform';
import { addressLine, checkAddress, emptyAddress, loadAddress, saveAddress } from './address';

const draft = {
  name: 'Asha Rao',
  phone: '98765 43210',
  line1: '12 MG Road',
  line2: '',
  city: 'Pune',
  state: 'Maharashtra',
  postalCode: '411 001',
};

function aStorage(): Storage {
  const kept = new Map<string, string>();
  return {
    get: (key) => kept.get(key) ?? null,
    set: (key, value) => void kept.set(key, value),
    remove: (key) => void kept.delete(key),
  };
}

describe('the delivery address', () => {
  test('is taken as people write it, with spaces in the numbers', () => {
    const checked = checkAddress(draft);
    expect(checked).toMatchObject({ address: { phone: '9876543210', postalCode: '411001', country: 'IN' } });
  });

  test('an empty form says of every needed box what is wrong with it', () => {
    const checked = checkAddress(emptyAddress);
    expect('problems' in checked && Object.keys(checked.problems).sort()).toEqual(
      ['city', 'line1', 'name', 'phone', 'postalCode', 'state'].sort(),
    );
  });

  test.each(['011001', '41100', '4110011', 'ABCDEF'])('%s is no PIN code', (postalCode) => {
    expect(checkAddress({ ...draft, postalCode })).toEqual({
      problems: { postalCode: 'checkout.address.pinWrong' },
    });
  });

  test('is remembered on this device', () => {
    const storage = aStorage();
    const checked = checkAddress(draft);
    if (!('address' in checked)) throw new Error('the address is good');
    saveAddress(storage, 'asha', checked.address);
    expect(loadAddress(storage, 'asha')).toEqual(checked.address);
    expect(loadAddress(storage, 'whoever signs in next')).toBeNull();
    expect(addressLine(checked.address)).toBe('Asha Rao, 12 MG Road, Pune, Maharashtra 411001');
  });

  test('what was stored by an older version and does not fit counts as none', () => {
    const storage = aStorage();
    storage.set('vybekart.address.asha', '{"name":"Asha"}');
    expect(loadAddress(storage, 'asha')).toBeNull();
    storage.set('vybekart.address.asha', 'not json');
    expect(loadAddress(storage, 'asha')).toBeNull();
  });
});
