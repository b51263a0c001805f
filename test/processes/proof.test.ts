import assert from 'node:assert/strict';
import fc from 'fast-check';
import { whyStranger, type ProcessEvidence } from '../../src/processes/proof';
import type { ProcessEntry } from '../../src/processes/table';

const entry = (pid: number, parentPid: number): ProcessEntry => ({
  pid,
  parentPid,
  startTime: pid,
  cpuSeconds: 0,
  reapedCpuSeconds: 0,
  residentBytes: 1,
  zombie: false,
  group: pid,
  name: 'python3',
});

/** init(1) → server(10) → extension host(20) → adapter(30) → launcher(31) → program(32); shell(40) → job(41); stranger(50). */
const processes = new Map(
  [
    [1, 0],
    [10, 1],
    [20, 10],
    [30, 20],
    [31, 30],
    [32, 31],
    [50, 1],
    [51, 50],
    [40, 10],
    [41, 40],
  ].map(([pid = 0, parent = 0]) => [pid, entry(pid, parent)]),
);
const snapshot = { processes };
const nothing: ProcessEvidence = { anchors: [20, 40], self: 20, isNew: false, isChosen: false, fits: null };
const why = (pid: number, evidence: Partial<ProcessEvidence> = {}): string | null =>
  whyStranger(pid, snapshot, { ...nothing, ...evidence });

describe('processes/proof', () => {
  it('accepts processes below the editor or its terminal', () => {
    for (const pid of [30, 31, 32, 41]) assert.equal(why(pid), null, String(pid));
  });

  it('never accepts the system, or the editor and its ancestors, whatever the evidence', () => {
    const all = { isNew: true, isChosen: true, fits: true };
    assert.match(why(1, all) ?? '', /system itself/);
    assert.match(why(0, all) ?? '', /system itself/);
    for (const pid of [10, 20]) assert.match(why(pid, all) ?? '', /part of the editor/);
  });

  it('does not confuse a pid of another container with the process that has it here', () => {
    assert.match(why(50) ?? '', /another program/);
    assert.match(why(51, { isNew: true, fits: false }) ?? '', /another program/);
    assert.match(why(777, { isNew: true, fits: true, isChosen: true }) ?? '', /does not exist/);
  });

  it('accepts a process elsewhere that is new and fits, or that the user chose', () => {
    assert.equal(why(50, { isNew: true, fits: true }), null);
    assert.equal(why(50, { isChosen: true }), null);
    assert.notEqual(why(50, { isChosen: true, fits: false }), null);
  });

  it('never accepts an ancestor of the editor, in any tree', () => {
    const tree = fc.array(fc.nat(40), { minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(tree, fc.nat(60), fc.boolean(), (parents, pid, flag) => {
        const some = new Map(parents.map((parent, index) => [index + 1, entry(index + 1, parent % (index + 1))]));
        const self = some.size;
        const evidence: ProcessEvidence = { anchors: [self], self, isNew: flag, isChosen: flag, fits: true };
        const above = new Set<number>();
        for (let at = self; at > 0; at = some.get(at)?.parentPid ?? 0) above.add(at);
        if (above.has(pid) || pid <= 1 || !some.has(pid))
          assert.notEqual(whyStranger(pid, { processes: some }, evidence), null);
      }),
    );
  });
});
