import assert from 'node:assert/strict';
import { checkedArguments, takes } from '../../src/editor/contributions/arguments';

/** As the editor makes them: `fsPath` is a getter, `with` a method of the class. */
class EditorUri {
  readonly scheme = 'file';
  readonly path = '/work/train.py';
  get fsPath(): string {
    return this.path;
  }
  with(): this {
    return this;
  }
}

const uri = new EditorUri();
const group = { type: 'group', group: { key: 'today', label: 'Today', ids: ['20261121T063000Z-9f3a1c'] } };
const run = { type: 'run', record: { id: '20261121T063000Z-9f3a1c', name: 'train.py', energyWh: 3 } };

describe('the arguments of commands', () => {
  it('reach a handler as they were given, where they fit', () => {
    assert.deepEqual(checkedArguments(takes.openPractices, [16, uri]), [16, uri]);
    assert.equal(checkedArguments(takes.openPractices, [16, uri])?.[1], uri);
    assert.deepEqual(checkedArguments(takes.history, [run, [run, group], { format: 'json' }]), [
      run,
      [run, group],
      { format: 'json' },
    ]);
    assert.deepEqual(checkedArguments(takes.ignoreFinding, [uri, 'grid-search', 3]), [
      uri,
      'grid-search',
      3,
      undefined,
    ]);
    assert.deepEqual(checkedArguments(takes.lintWorkspace, [['grid-search']]), [['grid-search']]);
    assert.deepEqual(checkedArguments(takes.practiceOrRule, [null, 'grid-search']), [null, 'grid-search']);
  });

  it('count as left out where they do not fit and may be left out', () => {
    const strange: readonly unknown[] = ['16', {}, [], null, Symbol('x'), () => 1, NaN];
    for (const each of strange) {
      assert.deepEqual(checkedArguments(takes.openPractices, [each, each]), [undefined, undefined]);
      assert.deepEqual(checkedArguments(takes.process, [each]), [undefined]);
      assert.deepEqual(checkedArguments(takes.budget, [each]), [undefined]);
    }
    assert.deepEqual(checkedArguments(takes.process, [-1]), [undefined]);
    assert.deepEqual(checkedArguments(takes.process, [1.5]), [undefined]);
    assert.deepEqual(checkedArguments(takes.budget, [{ period: 'week', amount: '5Wh' }]), [undefined]);
    assert.deepEqual(checkedArguments(takes.openPractices, []), [undefined, undefined]);
    assert.deepEqual(checkedArguments(takes.openPractices, [1, undefined, 'more']), [1, undefined]);
  });

  it('lose only the wrong answers of a request', () => {
    assert.deepEqual(checkedArguments(takes.bestTime, [{ location: 'DE', hours: -3, deadline: 24 }]), [
      { location: 'DE', hours: undefined, deadline: undefined },
    ]);
    assert.deepEqual(checkedArguments(takes.lintWorkspace, [['grid-search', 7]]), [['grid-search']]);
  });

  it('stop the call where a command cannot do without', () => {
    assert.equal(checkedArguments(takes.rule, ['../../etc/passwd']), null);
    assert.equal(checkedArguments(takes.rule, []), null);
    assert.equal(checkedArguments(takes.moment, [NaN]), null);
    assert.equal(checkedArguments(takes.moment, [1e20]), null, 'a Date cannot hold it');
    assert.equal(checkedArguments(takes.ignoreFinding, ['file:///train.py', 'grid-search', 3]), null);
    assert.equal(checkedArguments(takes.region, [{ toString: () => 'aws:eu-north-1' }]), null);
  });

  it('never let a line that is none of the history stand for the selected ones', () => {
    assert.deepEqual(checkedArguments(takes.history, [{ type: 'run' }]), [null, undefined, undefined]);
    const outside = { type: 'run', record: { id: '../../somewhere/else' } };
    assert.deepEqual(checkedArguments(takes.history, [outside, [outside, run]]), [null, [run], undefined]);
    assert.deepEqual(checkedArguments(takes.history, []), [undefined, undefined, undefined]);
  });
});
