import assert from 'node:assert/strict';
import { cellSeconds, wallSeconds } from '../../src/python/cell-time';

describe('how long a cell took', () => {
  const kept: readonly (readonly [string, unknown, number | null])[] = [
    [
      'papermill',
      { papermill: { duration: 2.5, start_time: '2025-11-19T00:43:44', end_time: '2025-11-19T00:49:44' } },
      2.5,
    ],
    [
      'Jupyter',
      {
        execution: {
          'iopub.execute_input': '2021-12-04T00:27:57.617Z',
          'iopub.status.busy': '2021-12-04T00:27:57.600Z',
          'iopub.status.idle': '2021-12-04T00:29:57.700Z',
          'shell.execute_reply': '2021-12-04T00:29:57.617Z',
        },
      },
      120,
    ],
    [
      'ExecuteTime',
      { ExecuteTime: { start_time: '2025-06-12T14:46:13.384Z', end_time: '2025-06-12T14:46:14.384Z' } },
      1,
    ],
    ['Colab', { executionInfo: { elapsed: 2381, status: 'ok' } }, 2.381],
    [
      'a clock that was set back',
      { ExecuteTime: { start_time: '2025-06-12T14:46:13Z', end_time: '2025-06-12T14:46:03Z' } },
      null,
    ],
    [
      'texts that are no times',
      { ExecuteTime: { start_time: 'now', end_time: 'then' }, papermill: { duration: 'long' } },
      null,
    ],
    ['nothing', {}, null],
    ['no metadata', null, null],
  ];
  for (const [what, metadata, seconds] of kept) {
    it(`is read from ${what}`, () => {
      assert.equal(cellSeconds(metadata), seconds);
    });
  }

  const printed: readonly (readonly [string, number | null])[] = [
    ['CPU times: user 3 s, sys: 1 s, total: 4 s\nWall time: 1min 3s\n', 63],
    ['Wall time: 2.5 s', 2.5],
    ['Wall time: 500 ms', 0.5],
    ['Wall time: 1h 2min 3s', 3723],
    ['Wall time: 2 s\nWall time: 3 s', null],
    ['wall time: 2 s', null],
    ['', null],
  ];
  for (const [text, seconds] of printed) {
    it(`is ${seconds} s for ${JSON.stringify(text)}`, () => {
      assert.equal(wallSeconds(text), seconds);
    });
  }
});
