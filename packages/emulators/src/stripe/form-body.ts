import { StripeApiError } from './api-error.ts';

/** A decoded parameter: a text, or named members (`metadata[a]=1`) or elements (`expand[]=a`, `expand[0]=a`). */
type FormValue = string | FormMembers;
export interface FormMembers {
  [name: string]: FormValue;
}

const MAX_PAIRS = 1000;
const MAX_DEPTH = 8;

const malformed = (message: string) => new StripeApiError(400, { type: 'invalid_request_error', message });

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw malformed('The request holds an invalid percent escape.');
  }
}

/** Splits `application/x-www-form-urlencoded` text into decoded pairs, in order. */
export function parsePairs(text: string): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (const part of text.split('&')) {
    if (part === '') continue;
    if (pairs.length === MAX_PAIRS) throw malformed(`A request holds at most ${MAX_PAIRS} parameters.`);
    const equals = part.indexOf('=');
    if (equals === -1) pairs.push([decode(part), '']);
    else pairs.push([decode(part.slice(0, equals)), decode(part.slice(equals + 1))]);
  }
  return pairs;
}

/** Builds the nested parameters; the objects have no prototype, so no name can reach one. */
export function nestPairs(pairs: [name: string, value: string][]): FormMembers {
  const root: FormMembers = Object.create(null);
  for (const [name, value] of pairs) {
    const path = splitName(name);
    let members = root;
    for (const [depth, raw] of path.entries()) {
      const member = raw === '' && depth > 0 ? String(Object.keys(members).length) : raw;
      const present = members[member];
      if (depth === path.length - 1) {
        if (typeof present === 'object')
          throw malformed(`The parameter ${name} is both a value and a group.`);
        members[member] = value;
      } else if (typeof present === 'string') {
        throw malformed(`The parameter ${name} is both a value and a group.`);
      } else {
        const group: FormMembers = present ?? Object.create(null);
        members[member] = group;
        members = group;
      }
    }
  }
  return root;
}

/** `a[b][c]` becomes a, b, c. */
function splitName(name: string): string[] {
  const open = name.indexOf('[');
  if (open === -1) return [name];
  if (open === 0 || !name.endsWith(']')) throw malformed(`The parameter name ${name} is malformed.`);
  const path = [name.slice(0, open), ...name.slice(open + 1, -1).split('][')];
  if (path.length > MAX_DEPTH || path.some((step) => step.includes('[') || step.includes(']'))) {
    throw malformed(`The parameter name ${name} is malformed.`);
  }
  return path;
}
