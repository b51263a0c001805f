import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { requirementIn, requirementsIn, type VersionedPackage } from '../../src/project/requirements';
import { filesOf } from './requirement-files';

const asked = async (
  files: Readonly<Record<string, string | Uint8Array>>,
  name: VersionedPackage = 'transformers',
): Promise<string | null> => {
  const found = await requirementsIn('/p', filesOf(files, '/p'), posix);
  return found?.asked[name] ?? null;
};

describe('requirements of a project', () => {
  const lists: readonly (readonly [file: string, text: string, requirement: string | null])[] = [
    ['requirements.txt', 'torch\ntransformers==4.41.2\n', '==4.41.2'],
    ['requirements.txt', 'transformers[torch]>=4.30, <5  # for now\n', '>=4.30, <5'],
    ['requirements.txt', 'transformers\n', null],
    ['requirements.txt', '# transformers==4.41.2\n', null],
    ['requirements.txt', 'sentence-transformers==4.1.0\n', null],
    ['requirements.txt', 'transformers-stream-generator==4.0\n', null],
    ['requirements.txt', 'transformers @ git+https://example.org/transformers@v4.41.2\n', null],
    ['requirements.txt', 'torch  # with transformers==4.30\n', null],
    ['requirements.txt', 'transformers==5.1.0  # not transformers<5\n', '==5.1.0'],
    ['pyproject.toml', '[project]\ndescription = "Uses transformers==4.30"\n', null],
    ['pyproject.toml', '[project]\ndependencies = ["transformers (>=4.41,<5.0)"]\n', '>=4.41,<5.0'],
    ['pyproject.toml', '[tool.poetry.dependencies]\ntransformers-interpret = "^0.8"\n', null],
    ['pyproject.toml', '[tool.poetry.dependencies]\ntransformers = "^4.41 || ^5.0"\n', null],
    ['pyproject.toml', '[project]\ndependencies = ["torch", "transformers>=4.41,<5"]\n', '>=4.41,<5'],
    ['pyproject.toml', '[project]\ndependencies = [\n  "transformers~=4.41.0",\n]\n', '~=4.41.0'],
    ['pyproject.toml', '[tool.poetry.dependencies]\ntransformers = "^4.41"\n', '^4.41'],
    [
      'pyproject.toml',
      '[tool.poetry.dependencies]\ntransformers = { extras = ["torch"], version = "4.41.2" }\n',
      '4.41.2',
    ],
    ['pyproject.toml', '[tool.uv.sources]\ntransformers = { git = "https://example.org" }\n', null],
    [
      'uv.lock',
      'version = 1\n\n[[package]]\nname = "torch"\nversion = "2.9.0"\n\n[[package]]\nname = "transformers"\nversion = "4.57.1"\n',
      '4.57.1',
    ],
    ['poetry.lock', '[[package]]\r\nname = "transformers"\r\nversion = "4.57.1"\r\n', '4.57.1'],
    ['uv.lock', '[[package]]\nname = "transformers"\nsource = { virtual = "." }\n', null],
    // Each for an environment of its own.
    [
      'uv.lock',
      '[[package]]\nname = "transformers"\nversion = "4.57.1"\n\n[[package]]\nname = "transformers"\nversion = "5.2.0"\n',
      null,
    ],
    [
      'requirements.txt',
      'transformers==4.41.2 ; python_version < "3.10"\ntransformers==5.2.0 ; python_version >= "3.10"\n',
      null,
    ],
    ['requirements.txt', 'Transformers==4.41.2\n', '==4.41.2'],
    ['pyproject.toml', '[project]\ndescription = "no transformers"\ndependencies = ["transformers<5"]\n', '<5'],
  ];
  for (const [file, text, requirement] of lists) {
    it(`is ${String(requirement)} in ${file}: ${JSON.stringify(text)}`, async () => {
      assert.equal(await asked({ [file]: text }), requirement);
    });
  }

  it('is that of the lock file where there are both', async () => {
    const files = {
      'pyproject.toml': 'dependencies = ["transformers>=4.30"]\n',
      'uv.lock': '[[package]]\nname = "transformers"\nversion = "5.2.0"\n',
    };
    assert.equal(await asked(files), '5.2.0');
  });

  it('is read of each package by itself', async () => {
    const files = { 'requirements.txt': 'ctrl==0.1\ntransformers==4.57.1\ntrl[vllm]==0.17.0\n' };
    assert.equal(await asked(files, 'trl'), '==0.17.0');
    assert.equal(await asked(files), '==4.57.1');
    assert.equal(await asked({ 'requirements.txt': 'ctrl==0.1\ntrl-extra==0.2\n' }, 'trl'), null);
  });

  it('is read in UTF-16, which PowerShell writes', async () => {
    const little = Buffer.from('\ufefftorch==2.4\r\ntransformers==4.41.2\r\n', 'utf16le');
    assert.equal(await asked({ 'requirements.txt': little }), '==4.41.2');
    assert.equal(await asked({ 'requirements.txt': Buffer.from(little).swap16() }), '==4.41.2');
  });

  it('is found at the end of a large lock file, but not of an endless one', async () => {
    const lock = (megabytes: number): string =>
      `${'# wheels = "sha256"\n'.repeat(megabytes * 50_000)}\n[[package]]\nname = "transformers"\nversion = "4.57.1"\n`;
    assert.equal(await asked({ 'uv.lock': lock(3) }), '4.57.1');
    assert.equal(await asked({ 'uv.lock': lock(20) }), null);
  });

  it('may be any where a script installs the newest version', () => {
    assert.equal(requirementIn(['!pip install -U transformers'], 'transformers'), '');
    assert.equal(requirementIn(['import torch'], 'transformers'), null);
  });

  it('is read where a command goes on behind a backslash', () => {
    const magic = '%pip install  --upgrade \\\n  "transformers==4.48.1" \\\n  "trl==0.14.0"\n\n%pip install vllm\n';
    assert.equal(requirementIn([magic], 'trl'), '==0.14.0');
    assert.equal(requirementIn([magic], 'transformers'), '==4.48.1');
    assert.equal(requirementIn(['!pip install -q \\\r\n    trl==0.14.0\r\n'], 'trl'), '==0.14.0');
    assert.equal(requirementIn(['!pip install vllm\n"trl==0.14.0"\n'], 'trl'), null);
  });

  it('is not known without a file', async () => {
    assert.equal(await asked({}), null);
  });
});
