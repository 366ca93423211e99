import { foldWords, type WordKeys } from './folding.ts';

interface Node {
  next: Map<string, Node>;
  isEnd: boolean;
}

/**
 * Finds a shop's blocked words and phrases in a text. A tree over words: each position of the text is followed for as
 * many words as the longest phrase has, so the time is linear in the text, whatever is in the list.
 */
export class BlockedWords {
  readonly #root: Node = { next: new Map(), isEnd: false };

  constructor(entries: readonly string[]) {
    for (const entry of entries) this.#add(foldWords(entry));
  }

  areIn(text: string): boolean {
    if (this.#root.next.size === 0) return false;
    const words = foldWords(text);
    return words.some((_, start) => matches(this.#root, words, start));
  }

  #add(words: readonly WordKeys[]): void {
    if (words.length === 0) return;
    let ends = [this.#root];
    for (const keys of words) {
      ends = ends.flatMap((node) => keys.map((key) => nodeAt(node, key)));
    }
    for (const end of ends) end.isEnd = true;
  }
}

function nodeAt(node: Node, key: string): Node {
  const present = node.next.get(key);
  if (present) return present;
  const fresh: Node = { next: new Map(), isEnd: false };
  node.next.set(key, fresh);
  return fresh;
}

function matches(node: Node, words: readonly WordKeys[], from: number): boolean {
  if (node.isEnd) return true;
  const keys = words[from];
  if (!keys) return false;
  return keys.some((key) => {
    const next = node.next.get(key);
    return next !== undefined && matches(next, words, from + 1);
  });
}
