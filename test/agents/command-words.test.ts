import assert from 'node:assert/strict';
import fc from 'fast-check';
import { commandWords } from '../../src/agents/command-words';
import { AgentError } from '../../src/agents/tool';
import { shellWord } from '../../src/system/shell-word';

describe('agents/command-words', () => {
  it('splits as a shell does', () => {
    assert.deepEqual(commandWords(' python3  train.py --name "a b" --x=\'c d\'e f\\ g "" '), [
      ...['python3', 'train.py', '--name', 'a b', '--x=c de', 'f g', ''],
    ]);
    assert.deepEqual(commandWords(''), []);
  });

  it('gives back all words that were quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 6 }), (words) => {
        assert.deepEqual(commandWords(words.map(shellWord).join(' ')), words);
      }),
    );
  });

  it('refuses what only a shell understands', () => {
    for (const line of ['a | b', 'a > b', 'a && b', 'a; b', 'echo $HOME', 'a `b`', 'a\nb', '(a)'])
      assert.throws(
        () => commandWords(line),
        (error) => error instanceof AgentError && /without a shell/.test(error.message),
      );
    assert.deepEqual(commandWords('grep "a|b"'), ['grep', 'a|b']);
    assert.throws(() => commandWords("a 'b"), /not closed/);
  });
});
