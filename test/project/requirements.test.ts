import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { requirementsIn } from '../../src/project/requirements';

const asked = async (files: Readonly<Record<string, string>>): Promise<string | null> =>
  (await requirementsIn('/p', (path) => Promise.resolve(files[path.slice(3)] ?? null), posix))?.transformers ?? null;

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

  it('is not known without a file', async () => {
    assert.equal(await asked({}), null);
  });
});
