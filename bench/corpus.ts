import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Libraries of the field, their examples and tests where the package holds them; pinned, so that figures stay comparable. */
const packages = [
  'transformers==4.57.1',
  'diffusers==0.35.2',
  'keras==3.12.0',
  'scikit-learn==1.7.2',
  'lightning==2.5.6',
  'timm==1.0.22',
  'optuna==4.6.0',
  'datasets==4.4.1',
  'peft==0.18.0',
  'accelerate==1.12.0',
  'sentence-transformers==5.1.2',
  'fastai==2.8.5',
  'torch-geometric==2.7.0',
  'sktime==0.40.1',
  'autokeras==3.0.0',
  'keras-tuner==1.4.8',
  'flair==0.15.1',
  'allennlp==2.10.1',
];
const folder = join('.vscode-test', 'lint-corpus');

/** A folder of real machine-learning code: that which GREEN_ML_CORPUS names, else packages from PyPI (once). */
export function obtainCorpus(): string {
  const own = process.env['GREEN_ML_CORPUS'];
  if (own !== undefined && own !== '') return own;
  if (existsSync(folder)) return folder;
  console.log('Obtaining the corpus from PyPI (once; a minute or two) …');
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  for (const name of packages) {
    const target = join(partial, name.split('==')[0] ?? name);
    const { status, stderr } = spawnSync(
      'python3',
      [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--no-deps',
        '--no-compile',
        '--disable-pip-version-check',
        '--target',
        target,
        name,
      ],
      { encoding: 'utf8' },
    );
    if (status !== 0) console.log(`  without ${name}: ${stderr.trim().split('\n').at(-1) ?? ''}`);
  }
  renameSync(partial, folder);
  return folder;
}

export interface Source {
  readonly path: string;
  readonly text: string;
  readonly lines: number;
}

/** The Python files of a folder that are UTF-8, without a byte order mark. */
export function readSources(root: string): readonly Source[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.py'))
    .sort()
    .flatMap((name) => {
      const bytes = readFileSync(join(root, name));
      const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
      return text.includes('\uFFFD') ? [] : [{ path: join(root, name), text, lines: text.split('\n').length - 1 }];
    });
}
