import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { asParameters, optionsOf } from '../../src/agents/terminal-answer';

describe('agents/terminal-answer', () => {
  const names = { max_rtt_ms: '--max-rtt', from: '--from', device: '--device', watts: '--watts' };

  it('says parameters where the terminal says options', () => {
    assert.equal(asParameters('green-ml: --max-rtt needs --from.\n', names), 'max_rtt_ms needs from.');
    assert.equal(
      asParameters('green-ml: Give the device with --device NAME or its power with --watts W.\n', names),
      'Give the device with device or its power with watts.',
    );
    assert.equal(
      asParameters('green-ml: a note.\ngreen-ml: unknown option; see "green-ml regions --help".\n', names),
      'Unknown option.',
    );
  });

  it('says paths as the agent knows them, and does not change the name of a file', () => {
    const [here, other] = [resolve('/home/me/project'), resolve('/srv/other')];
    assert.equal(
      asParameters(`green-ml: ${join(here, 'green-ml.toml')}: it is no use; see ${join(other, 'a.toml')}.\n`, {}, [
        here,
        other,
      ]),
      'green-ml.toml: it is no use; see a.toml.',
    );
  });

  it('keeps sentences short and on one line', () => {
    const text = asParameters(`green-ml: ${'x'.repeat(5000)}\n`, names);
    assert.ok(text.length < 700 && !text.includes('\n'));
    const trace =
      'node:internal/modules\n  throw err;\nError: Cannot find module\n    at x (y.js:1:2)\n\nNode.js v20.1.0\n';
    for (const said of ['', trace])
      assert.equal(asParameters(said, names), 'It failed without a reason; try another way, and tell the person.');
  });

  it('gives values to options in one word, so that none is taken for an option', () => {
    assert.deepEqual(optionsOf({ from: '--all', watts: 3 }, names), ['--from=--all', '--watts=3']);
    assert.deepEqual(optionsOf({}, names), []);
  });
});
