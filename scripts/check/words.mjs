import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../bootstrap/root.mjs';

/** What no source may hold. The brackets keep the patterns from finding themselves. */
const unwanted = [
  [/\b(?:TO[D]O|FIX[M]E|XX[X])\b/, 'work that is left over'],
  [/\b(?:it|test|describe)\.(?:ski[p]|onl[y]|tod[o])\b/, 'a test that does not run, or keeps others from it'],
  [/@ts-(?:ignor[e]|nochec[k]|expect-erro[r]\s*(?:$|\*))/, 'a type error that is hidden without the cause'],
  [/biome-ignor[e] \S+:?\s*(?:$|\*\/)/, 'a lint rule switched off without the cause'],
  [/(?<![\w.])\/(?:roo[t]|hom[e]\/\w+|User[s]\/\w+)\//, 'a path of one machine'],
];

/** Looks through every text file of the repository. */
export async function words() {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  const files = listed
    .toString()
    .split('\0')
    .filter((file) => /\.(?:[cm]?[jt]sx?|json|md|sql|ya?ml|sh|html|css|kt)$/.test(file));
  return files
    .filter((file) => !file.endsWith('package-lock.json'))
    .flatMap(problemsOf)
    .join('\n');
}

function problemsOf(file) {
  let text;
  try {
    text = readFileSync(path.join(root, file), 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .flatMap((line, index) =>
      unwanted
        .filter(([pattern]) => pattern.test(line))
        .map(([, what]) => `${file}:${index + 1} ${what}: ${line.trim()}`),
    );
}
