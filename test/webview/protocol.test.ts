import assert from 'node:assert/strict';
import * as v from 'valibot';
import { fits } from '../../src/system/shapes';
import { fromLiveView, liveMemory, toLiveView } from '../../src/webview/live/protocol';
import { fromRunPage, runMemory, toRunPage } from '../../src/webview/run/protocol';
import { pageMemory, toHost, toPage } from '../../src/webview/practices/protocol';

describe('the messages between the editor and its pages', () => {
  it('fit the shapes as both sides send them', () => {
    assert.ok(fits(fromLiveView, { type: 'ready' }));
    assert.ok(fits(fromLiveView, { type: 'stop', id: '20261121T063000Z-9f3a1c' }));
    assert.ok(fits(toLiveView, { type: 'nothing', hasOthers: false }));
    assert.ok(fits(toRunPage, { type: 'gone' }));
    assert.ok(fits(fromRunPage, { type: 'action', action: 'statement' }));
    assert.ok(!fits(fromRunPage, { type: 'action', action: 'delete' }));
    assert.ok(fits(toHost, { type: 'open-place', path: 'src/train.py', cell: null, line: 1 }));
    assert.ok(fits(toHost, { type: 'change', change: { kind: 'not-applicable', practice: 3, reason: null } }));
    assert.ok(fits(toHost, { type: 'copy-report' }));
    assert.ok(fits(toPage, { type: 'reveal', practice: 16 }));
  });

  it('do not fit if something is missing or of another type', () => {
    for (const strange of [null, 'ready', 3, [], {}, { type: 'deploy' }, { type: 'stop' }, { type: 'stop', id: 7 }]) {
      assert.ok(!fits(fromLiveView, strange), JSON.stringify(strange));
      assert.ok(!fits(toHost, strange), JSON.stringify(strange));
    }
    assert.ok(!fits(toHost, { type: 'open-place', path: 'train.py', cell: null, line: 0 }), 'lines are counted from 1');
    assert.ok(!fits(toHost, { type: 'open-place', path: 'train.py', cell: -1, line: 1 }));
    assert.ok(!fits(toHost, { type: 'change', change: { kind: 'tick', practice: 3, item: 'a', done: 'yes' } }));
    assert.ok(!fits(toLiveView, { type: 'run', choices: [], run: {}, from: 0, points: [] }));
    assert.ok(!fits(toPage, { type: 'state', state: { folders: [] } }));
  });
});

describe('what a page remembers', () => {
  it('has initial values if it is missing or of another type', () => {
    const first = { folder: null, expanded: [], filter: 'all', search: '', scroll: 0 };
    for (const strange of [undefined, null, 'x', 3, []]) assert.deepEqual(v.parse(pageMemory, strange), first);
    assert.deepEqual(v.parse(pageMemory, { folder: 3, expanded: [1, 'two', 3], filter: 'some', scroll: 40 }), {
      ...first,
      expanded: [1, 3],
      scroll: 40,
    });
    assert.deepEqual(v.parse(runMemory, { id: 7 }), { showMachine: false, tableOpen: false, id: null });
    assert.deepEqual(v.parse(liveMemory, { showMachine: true, tableOpen: 'yes' }), {
      showMachine: true,
      tableOpen: false,
    });
  });
});
