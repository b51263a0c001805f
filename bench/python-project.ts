import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const search =
  'from sklearn.model_selection import GridSearchCV\nsearch = GridSearchCV(model, {"C": list(range(9))}, cv=5)\nsearch.fit(x, y)\n';

/**
 * Writes Python files as projects have them: most without a word of training, some with what the linter finds.
 * @param count of files, 100 in a folder
 */
export async function writeProject(folder: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const inside = join(folder, `package_${Math.floor(index / 100)}`);
    if (index % 100 === 0) await mkdir(inside, { recursive: true });
    const lines = Array.from(
      { length: 80 },
      (_, line) => `def helper_${line}(value):\n    return value * ${line} + ${index}\n`,
    ).join('\n');
    await writeFile(join(inside, `module_${index}.py`), `import os\n${index % 50 === 0 ? search : ''}\n${lines}`);
  }
}

/** Writes a file that has this number of findings. */
export async function writeFindings(path: string, count: number): Promise<void> {
  await writeFile(
    path,
    `from sklearn.model_selection import GridSearchCV\n${'GridSearchCV(model, {"C": [1, 2, 3, 4]}, cv=5).fit(x, y)\n'.repeat(count)}`,
  );
}
