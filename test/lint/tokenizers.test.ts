import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { librariesPython, noLibraries } from '../support/libraries-python';
import { skip } from '../support/skip';
import { lintWith } from './support';

const program = (head: string, call: string): string => `from transformers import Trainer

${head}def tokenize(batch):
    return ${call}

def main(model, args, reviews):
    Trainer(model, args, train_dataset=reviews.map(tokenize, batched=True)).train()
`;

/** Programs that pad, and what they do without it. */
const programs: readonly (readonly [string, string])[] = [
  ['', 'tokenizer(batch["text"], padding="max_length", truncation=True, max_length=512)'],
  ['LENGTH = 2 * 32\n', 'tokenizer(batch["text"], padding="max_length", max_length=LENGTH)'],
  ['way = "max_length"\n', 'tokenizer(text=batch["text"], padding=way, truncation="longest_first", max_length=40)'],
  ['', 'tokenizer(batch["text"], padding="max_length", truncation=True)'],
].map(([head = '', call = '']) => [
  program(head, call),
  program(head, call.replace(/ padding=(?:"max_length"|way),/, '')),
]);

interface Told {
  /** The lengths of the texts in tokens. */
  readonly lengths: readonly number[];
  /** The share of padding among the tokens. */
  readonly padding: number;
  /** The lengths of batches after `DataCollatorWithPadding`, and those of their longest texts without padding. */
  readonly batches: readonly number[];
  readonly longest: readonly number[];
}

describe('the lengths of padded texts', () => {
  it('are those that a tokenizer makes, and batches are only as long as their longest text without padding', async function () {
    this.timeout(600_000);
    const python = librariesPython();
    if (python === null) skip(this, noLibraries);
    const output = execFileSync(python, ['test/fixtures/tokenizers/padding.py'], {
      input: JSON.stringify(programs.flat()),
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const told = JSON.parse(output) as readonly Told[];
    for (const [index, [before, after]] of programs.entries()) {
      const [padded, free] = told.slice(2 * index, 2 * index + 2);
      assert.ok(padded && free);
      const [finding] = await lintWith('constant-padding', before);
      assert.ok(finding, before);
      const tokens = finding.estimate?.['tokens'];
      // What the model takes at most is known to the tokenizer alone.
      assert.deepEqual(padded.lengths, [tokens ?? 96]);
      assert.match(
        finding.message,
        tokens === null ? /the longest length that the model takes/ : new RegExp(`${tokens} tokens`),
      );
      assert.ok(padded.padding > 0.3, String(padded.padding));
      assert.ok(padded.batches.every((length) => length === padded.lengths[0]));
      assert.deepEqual(await lintWith('constant-padding', after), []);
      assert.equal(free.padding, 0);
      assert.deepEqual(free.batches, free.longest);
      assert.deepEqual(free.longest, padded.longest);
    }
  });
});
