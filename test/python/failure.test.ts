import assert from 'node:assert/strict';
import { failedRows } from '../../src/python/failure';

const red = (text: string): string => `\u001b[0;31m${text}\u001b[0m`;

describe('where a cell failed', () => {
  const old = [
    red('---------------------------------------------------------------------------'),
    `${red('ValueError')}                                Traceback (most recent call last)`,
    `\u001b[0;32m<ipython-input-12-0a1b2c>\u001b[0m in \u001b[0;36m<module>\u001b[0;34m()\u001b[0m`,
    '      2 x = 1',
    red('----> 3 model.fit(x, y)'),
    '~/lib/python3.6/site-packages/keras/models.py in fit(self)',
    '    900 ',
    '--> 901     raise ValueError',
    'ValueError: shapes',
  ].join('\n');

  it('is told by IPython as it was and as it is', () => {
    assert.deepEqual(failedRows('ValueError', old), [2]);
    const later =
      'ValueError Traceback (most recent call last)\nCell In[4], line 5\n      4 y = 2\n----> 5 train(x)\n\nCell In[4], line 2, in train(x)\n      1 def train(x):\n----> 2     model.fit(x)\n\nFile ~/a/keras.py:70, in fit(self)\n---> 70 raise ValueError\n';
    assert.deepEqual(failedRows('ValueError', later), [4, 1]);
    const other = later.replace('Cell In[4], line 2', 'Cell In[3], line 2');
    assert.deepEqual(failedRows('ValueError', other), [4]);
    const colab =
      'NameError Traceback (most recent call last)\n/tmp/ipython-input-1-99.py in <cell line: 0>()\n----> 1 fit(x)\n';
    assert.deepEqual(failedRows('NameError', colab), [0]);
    const before = 'Input In [7], in <cell line: 2>()\n      1 x\n----> 2 y\n';
    assert.deepEqual(failedRows('NameError', before), [1]);
  });

  it('is nowhere in a cell that was ended by hand', () => {
    assert.equal(failedRows('KeyboardInterrupt', old), null);
    assert.equal(failedRows('SystemExit', old), null);
  });

  it('is all of a cell that is not Python', () => {
    assert.deepEqual(failedRows('SyntaxError', '  File "<ipython-input-1>", line 3\n    x y\n'), []);
  });

  it('is not known without a frame of the cell', () => {
    assert.equal(failedRows('ValueError', ''), null);
    assert.equal(failedRows('ValueError', 'File a.py\n----> 3 x\n'), null);
  });
});
