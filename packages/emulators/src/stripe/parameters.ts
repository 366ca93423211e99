import { invalidParameter, missingParameter } from './api-error.ts';
import type { FormMembers } from './form-body.ts';
import type { Address, Metadata, Shipping } from './payment-objects.ts';

/** Readers of single parameters; each throws the 400 that Stripe answers for a wrong one. */

/** Refuses every parameter that the endpoint does not take: a typing error must never pass silently. */
export function allowOnly(parameters: FormMembers, allowed: ReadonlySet<string>): void {
  for (const name in parameters) {
    if (!allowed.has(name)) {
      throw invalidParameter(name, `Received unknown parameter: ${name}`, 'parameter_unknown');
    }
  }
}

export function readText(parameters: FormMembers, name: string, maxLength = 5000): string | undefined {
  const value = parameters[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw invalidParameter(name, `Invalid string: ${name} must be a text.`);
  if (value === '') {
    throw invalidParameter(name, `${name} was given but is empty.`, 'parameter_invalid_empty');
  }
  if (value.length > maxLength) {
    throw invalidParameter(name, `${name} is longer than ${maxLength} characters.`, 'string_too_long');
  }
  return value;
}

export function readInteger(parameters: FormMembers, name: string): number | undefined {
  const value = parameters[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !/^-?\d{1,15}$/.test(value)) {
    const shown = typeof value === 'string' ? value.slice(0, 40) : name;
    throw invalidParameter(name, `Invalid integer: ${shown}`, 'parameter_invalid_integer');
  }
  return Number(value);
}

export function readBoolean(parameters: FormMembers, name: string): boolean | undefined {
  const value = parameters[name];
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false') throw invalidParameter(name, `Invalid boolean: ${name}`);
  return value === 'true';
}

export function readOneOf<const T extends string>(
  parameters: FormMembers,
  name: string,
  allowed: readonly T[],
): T | undefined {
  const value = readText(parameters, name);
  if (value === undefined) return undefined;
  const found = allowed.find((candidate) => candidate === value);
  if (!found) throw invalidParameter(name, `Invalid ${name}: must be one of ${allowed.join(', ')}`);
  return found;
}

export function readGroup(parameters: FormMembers, name: string): FormMembers | undefined {
  const value = parameters[name];
  if (typeof value === 'string') throw invalidParameter(name, `Invalid object: ${name}`);
  return value;
}

/** The elements of `name[]=..` or `name[0]=..`. */
export function readTextList(parameters: FormMembers, name: string): string[] {
  const members = readGroup(parameters, name) ?? {};
  return Object.values(members).map((value) => {
    if (typeof value !== 'string') throw invalidParameter(name, `Invalid array: ${name}`);
    return value;
  });
}

/** Limits: https://docs.stripe.com/api/metadata */
const MAX_METADATA_KEYS = 50;
const MAX_METADATA_KEY_LENGTH = 40;
const MAX_METADATA_VALUE_LENGTH = 500;

/** Merges new metadata into the present: an empty value removes its key, an empty `metadata` removes all. */
export function mergeMetadata(parameters: FormMembers, present: Metadata): Metadata {
  if (parameters.metadata === undefined) return present;
  if (parameters.metadata === '') return {};
  const merged = new Map(Object.entries(present));
  for (const [key, value] of Object.entries(readGroup(parameters, 'metadata') ?? {})) {
    const param = `metadata[${key}]`;
    if (typeof value !== 'string') throw invalidParameter(param, 'Metadata values are texts.');
    if (key.length > MAX_METADATA_KEY_LENGTH) {
      throw invalidParameter('metadata', `Metadata keys have at most ${MAX_METADATA_KEY_LENGTH} characters.`);
    }
    if (value.length > MAX_METADATA_VALUE_LENGTH) {
      throw invalidParameter(param, `Metadata values have at most ${MAX_METADATA_VALUE_LENGTH} characters.`);
    }
    if (value === '') merged.delete(key);
    else merged.set(key, value);
  }
  if (merged.size > MAX_METADATA_KEYS) {
    throw invalidParameter('metadata', `Metadata has at most ${MAX_METADATA_KEYS} keys.`);
  }
  return Object.fromEntries(merged);
}

const SHIPPING = new Set(['address', 'carrier', 'name', 'phone', 'tracking_number']);
const ADDRESS = new Set(['city', 'country', 'line1', 'line2', 'postal_code', 'state']);

export function readShipping(parameters: FormMembers): Shipping | undefined {
  const group = readGroup(parameters, 'shipping');
  if (!group) return undefined;
  allowOnly(group, SHIPPING);
  const name = readText(group, 'name');
  const address = readGroup(group, 'address');
  if (!name) throw missingParameter('shipping[name]');
  if (!address) throw missingParameter('shipping[address]');
  return {
    address: readAddress(address),
    carrier: readText(group, 'carrier') ?? null,
    name,
    phone: readText(group, 'phone') ?? null,
    tracking_number: readText(group, 'tracking_number') ?? null,
  };
}

function readAddress(group: FormMembers): Address {
  allowOnly(group, ADDRESS);
  return {
    city: readText(group, 'city') ?? null,
    country: readText(group, 'country') ?? null,
    line1: readText(group, 'line1') ?? null,
    line2: readText(group, 'line2') ?? null,
    postal_code: readText(group, 'postal_code') ?? null,
    state: readText(group, 'state') ?? null,
  };
}

export const noAddress: Address = {
  city: null,
  country: null,
  line1: null,
  line2: null,
  postal_code: null,
  state: null,
};
