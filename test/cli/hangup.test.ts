import assert from 'node:assert/strict';
import { ignoresHangup } from '../../src/cli/hangup';

describe('cli/hangup', () => {
  const parent = (mask: string) => ({
    readTextNow: (path: string) =>
      path === '/proc/7/status' ? `Name:\tsh\nSigIgn:\t${mask}\nSigCgt:\t0000000000000001\n` : '',
  });

  it('is told by nohup itself, as shells name it', () => {
    assert.equal(ignoresHangup(parent('0000000000000000'), { _: '/usr/bin/nohup' }, 7), true);
    assert.equal(ignoresHangup(parent('0000000000000000'), { _: '/usr/bin/green-ml' }, 7), false);
  });

  it('is told by an input that can only be written to', () => {
    const input = (flags: string) => ({
      readTextNow: (path: string) => (path === '/proc/self/fdinfo/0' ? `pos:\t0\nflags:\t${flags}\n` : ''),
    });
    assert.equal(ignoresHangup(input('0100001'), {}, 7), true);
    for (const usual of ['0100000', '0100002']) assert.equal(ignoresHangup(input(usual), {}, 7), false);
  });

  it('is told by a parent that ignores the signal itself', () => {
    assert.equal(ignoresHangup(parent('0000000000000001'), {}, 7), true);
    assert.equal(ignoresHangup(parent('0000000000001006'), {}, 7), false);
    assert.equal(ignoresHangup(parent('0000000000000001'), {}, 8), false, 'a parent of whom nothing can be read');
  });
});
