import { ShippingAddress } from '@vybekart/contract';
import type { Storage } from '../../platform/platform';

/** What stands in the boxes of the form; everything is text while somebody types. */
export interface AddressDraft {
  name: string;
  phone: string;
  line1: string;
  line2: string;
  city: string;
  state: string;
  postalCode: string;
}

export const emptyAddress: AddressDraft = {
  name: '',
  phone: '',
  line1: '',
  line2: '',
  city: '',
  state: '',
  postalCode: '',
};

type AddressProblem = 'common.required' | 'checkout.address.phoneWrong' | 'checkout.address.pinWrong';
export type AddressProblems = Partial<Record<keyof AddressDraft, AddressProblem>>;

/** The address as the contract takes it, or what to say about which box. */
export function checkAddress(
  draft: AddressDraft,
): { address: ShippingAddress } | { problems: AddressProblems } {
  const { line2, ...rest } = draft;
  const parsed = ShippingAddress.safeParse({
    ...rest,
    phone: draft.phone.replace(/[\s-]/g, ''),
    postalCode: draft.postalCode.replace(/\s/g, ''),
    ...(line2.trim() === '' ? {} : { line2 }),
  });
  if (parsed.success) return { address: parsed.data };
  const problems: AddressProblems = {};
  for (const issue of parsed.error.issues) {
    const field = issue.path[0];
    if (typeof field !== 'string' || !(field in emptyAddress)) continue;
    problems[field as keyof AddressDraft] = problemOf(field);
  }
  return { problems };
}

function problemOf(field: string): AddressProblem {
  if (field === 'phone') return 'checkout.address.phoneWrong';
  return field === 'postalCode' ? 'checkout.address.pinWrong' : 'common.required';
}

const storageKey = (userId: string) => `vybekart.address.${userId}`;

/** The address of this person's last purchase on this device; whatever is stored wrongly counts as none. */
export function loadAddress(storage: Storage, userId: string): ShippingAddress | null {
  try {
    const parsed = ShippingAddress.safeParse(JSON.parse(storage.get(storageKey(userId)) ?? 'null'));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export function saveAddress(storage: Storage, userId: string, address: ShippingAddress): void {
  storage.set(storageKey(userId), JSON.stringify(address));
}

export function draftOf(address: ShippingAddress): AddressDraft {
  return { ...emptyAddress, ...address, line2: address.line2 ?? '' };
}

/** One line for the collapsed view. */
export function addressLine(address: ShippingAddress): string {
  return [address.name, address.line1, address.line2, address.city, `${address.state} ${address.postalCode}`]
    .filter(Boolean)
    .join(', ');
}
