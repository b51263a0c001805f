import assert from 'node:assert/strict';
import fc from 'fast-check';
import { commandWords } from '../../../src/agents/command-words';
import { questionAbout } from '../../../src/editor/agents/command-question';
import { english } from '../../../src/present/l10n';

const question = (input: unknown): string => questionAbout(input, english);
/** What the block of code shows. */
const shownIn = (text: string): string => /^(`{3,})sh\n(.*)\n\1(?!`)/.exec(text)?.[2] ?? '';

describe('editor/agents/command-question', () => {
  it('shows the command as it would be typed, the folder, and how often', () => {
    assert.equal(question({ command: 'python3  train.py' }), '```sh\npython3 train.py\n```');
    assert.equal(
      question({ command: ['python3', '-c', 'print("a b")'], folder: 'src/[x](command:y)', repeat: 3 }),
      '```sh\npython3 -c \'print("a b")\'\n```\n\nIn the folder src/\\[x\\]\\(command:y\\)\n\n3 times, one after the other',
    );
    assert.equal(question({ command: 'true', repeat: 1 }), '```sh\ntrue\n```');
  });

  it('writes out what is hidden, and what would end the block', () => {
    assert.match(
      question({ command: ['a', '\u202e\u0007\n```\n# [run](command:x)'] }),
      /^````sh\na '\\u202e\\u0007\\n```\\n# \[run\]\(command:x\)'\n````$/,
    );
  });

  it('shows what cannot be run as it was asked for', () => {
    assert.equal(shownIn(question({ command: 'a | b' })), 'a | b');
    assert.equal(shownIn(question({ command: ['a', 3] })), '["a",3]');
    for (const input of [{}, null, undefined, 3, 'text', [], { command: null }, { command: { a: 1 } }])
      assert.notEqual(question(input), '');
  });

  it('is one block of one line that holds the whole command, whatever it is', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom('```', '`', '\n', '\u202e', "'", '"', '\\', '$(x)', ']('));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
        const text = question({ command: words });
        assert.equal(text.split('\n').length, 3);
        const shown = shownIn(text);
        // Nothing is lost: without characters to write out, the line gives the words back.
        if (words.every((each) => /^[\x20-\x7e]*$/.test(each) && !each.includes('\\')))
          assert.deepEqual(commandWords(shown), words);
      }),
    );
  });
});
