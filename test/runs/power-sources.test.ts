import assert from 'node:assert/strict';
import { sourcesMarkdown, sourcesText } from '../../src/runs/power-sources';
import type { Availability } from '../../src/power/source';

describe('runs/power-sources', () => {
  const model: Availability = {
    component: 'cpu',
    name: 'cpu-model',
    method: 'model',
    available: true,
    reason: null,
    enable: null,
  };
  const counter: Availability = {
    component: 'cpu',
    name: 'intel-rapl',
    method: 'counter',
    available: false,
    reason: 'Only root may *read* it.',
    enable: 'sudo chmod a+r /sys/x\necho ```',
  };

  it('says what is in use, what is not, why, and how to get it', () => {
    assert.equal(
      sourcesText([model, counter]),
      [
        'In use:',
        '  CPU: cpu-model, modelled',
        '',
        'Not in use:',
        '  CPU: intel-rapl, measured (energy counter)',
        '    Only root may *read* it.',
        '    To enable it:',
        '      sudo chmod a+r /sys/x',
        '      echo ```',
        '',
      ].join('\n'),
    );
  });

  it('is Markdown in which nothing of a source has a meaning, and commands can be copied as they are', () => {
    const text = sourcesMarkdown([model, counter], ['A <note>.']);
    assert.match(text, /## In use\n\n\*\*CPU\*\*: cpu\\?-model, modelled/);
    assert.match(text, /Only root may \\\*read\\\* it/);
    assert.match(text, /````sh\nsudo chmod a\+r \/sys\/x\necho ```\n````/);
    assert.doesNotMatch(text, /<note>/);
  });

  it('offers a way for each source that is missing, and ends with what to do next', () => {
    const gpu: Availability = { ...counter, component: 'gpu', name: 'nvidia-smi', method: 'sensor', enable: null };
    const battery: Availability = {
      ...gpu,
      component: 'system',
      name: 'battery',
      reason: 'This machine has no battery.',
    };
    const rapl: Availability = { ...counter, enable: null };
    const stuck = sourcesMarkdown([model, rapl, gpu, battery], []);
    assert.match(
      stuck,
      /mount the host's \/sys and name it:\n\n```sh\ngreen-ml run --path\.sysfs \/host\/sys -- COMMAND\n```/,
    );
    assert.match(stuck, /lists it:\n\n```sh\nnvidia-smi\n```/);
    assert.match(sourcesText([model, rapl]), /name it: green-ml run --path\.sysfs/);
    assert.match(
      stuck.split('## What to do next')[1] ?? '',
      /^\n\n1\. No step on this computer makes the CPU surer\..*\n2\. Until/,
    );
    const next = sourcesMarkdown([model, counter], []).split('## What to do next')[1] ?? '';
    assert.match(
      next,
      /1\. Follow the steps above for \*\*intel\\?-rapl\*\*: it measures the CPU\.\n2\. .*\n3\. .*Show Power Sources/,
    );
    const measured: Availability = { ...counter, available: true, reason: null, enable: null };
    assert.match(
      sourcesMarkdown([measured], []),
      /1\. Nothing: everything that this computer can measure is measured\.$/,
    );
  });

  it('leaves out what there is nothing of', () => {
    assert.equal(sourcesText([model]), 'In use:\n  CPU: cpu-model, modelled\n');
    assert.doesNotMatch(sourcesMarkdown([counter], []), /In use\n\n\*\*|## In use/);
  });
});
