import assert from 'node:assert/strict';
import { Newest } from '../../src/editor/newest';

describe('the newest of several answers', () => {
  it('is not replaced by one to an earlier question', () => {
    const newest = new Newest();
    const first = newest.ask('a');
    const other = newest.ask('b');
    const second = newest.ask('a');
    assert.deepEqual([second(), first(), other()], [true, false, true]);
  });

  it('may follow one to an earlier question', () => {
    const newest = new Newest();
    const first = newest.ask('a');
    const second = newest.ask('a');
    assert.deepEqual([first(), second()], [true, true]);
  });

  it('is none after all questions are dropped', () => {
    const newest = new Newest();
    const before = newest.ask('a');
    newest.clear();
    assert.ok(!before());
    assert.ok(newest.ask('a')());
  });
});
