import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyEdits } from '../../../src/lint/engine/findings';
import { notebookEdits } from '../../../src/lint/fixes/notebook-edits';

const cell = (source: unknown): unknown => ({
  cell_type: 'code',
  metadata: { source: 'no', 'a"]': ['}'] },
  outputs: [{ text: ['\\"]', '{'] }],
  source,
});

describe('edits of a notebook', () => {
  it('change one source, whatever stands around it', () => {
    const anything = fc.jsonValue();
    const line = fc.string({ unit: 'binary', maxLength: 6 }).map((text) => text.replace(/[\r\n]/g, ''));
    const lines = fc
      .array(line, { minLength: 1, maxLength: 4 })
      .map((all) => all.map((text, index) => (index < all.length - 1 ? `${text}\n` : text)));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(lines, fc.boolean(), anything), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.constantFrom(undefined, 1, '\t'),
        (cells, pick, space) => {
          const index = pick % cells.length;
          const sources = cells.map(([all, list]) => (list ? all : all.join('')));
          const notebook = (changed: readonly unknown[]): unknown => ({
            x: cells.map(([, , any]) => any),
            cells: changed.map(cell),
            nbformat: 4,
          });
          const json = JSON.stringify(notebook(sources), null, space);
          const edits = notebookEdits(json, [
            { cell: index, start: { row: 0, column: 0 }, end: { row: 0, column: 0 }, text: 'é = 1\n' },
          ]);
          assert.ok(edits);
          const own = sources[index] ?? '';
          const expected = sources.map((source, at) =>
            at !== index
              ? source
              : typeof own === 'string'
                ? `é = 1\n${own}`
                : ['é = 1\n', ...own].filter((each) => each !== ''),
          );
          assert.equal(applyEdits(json, edits), JSON.stringify(notebook(expected), null, space));
        },
      ),
    );
  });

  it('are none where the format is another', () => {
    const edit = { cell: 0, start: { row: 0, column: 0 }, end: { row: 0, column: 0 }, text: 'x' };
    assert.equal(notebookEdits('{"worksheets": [{"cells": [{"cell_type": "code", "input": "x"}]}]}', [edit]), null);
    assert.equal(notebookEdits('{"cells": [{"source": 3}]}', [edit]), null);
    assert.equal(notebookEdits('{"cells": []}', [edit]), null);
  });
});
