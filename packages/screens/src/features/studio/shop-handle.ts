import { Handle } from '@vybekart/contract';

/** An address out of a name: "Sahil's Sneakers" is "sahils-sneakers"; empty when nothing of the name can stand in one. */
export function suggestHandle(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 30)
    .replace(/-+$/, '');
}

export function isHandle(handle: string): boolean {
  return Handle.safeParse(handle).success;
}
