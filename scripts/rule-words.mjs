// Most files give no rule anything to say, which shows in their words. The built product has the words as data, so that it
// loads no rule for such a file.
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { importTypeScript } from './import-typescript.mjs';

export const ruleWordsPlugin = {
  name: 'rule-words',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]lint[\\/]scan[\\/]rule-words\.ts$/ }, async () => {
      const { ruleWords } = await importTypeScript("export { ruleWords } from './src/lint/scan/rule-words';");
      const { settledBy, ...data } = ruleWords;
      return {
        contents: `export const ruleWords = { ...${JSON.stringify(data)}, settledBy: [${settledBy.join(', ')}] };`,
        loader: 'js',
        watchFiles: await sources(),
      };
    });
  },
};

/** The words come from rules and libraries. */
async function sources() {
  const folder = resolve('src/lint');
  const files = await readdir(folder, { recursive: true });
  return files.filter((file) => file.endsWith('.ts')).map((file) => join(folder, file));
}
