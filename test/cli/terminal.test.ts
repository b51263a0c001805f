import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { LiveLine } from '../../src/cli/live-line';
import {
  gatedStream,
  rawStream,
  styled,
  terminalText,
  workflowCommand,
  writeStyled,
  writeWhole,
} from '../../src/cli/terminal';
import { inLine } from '../../src/present/plain-text';
import { hostileText } from '../support/hostile-text';

type Stream = Parameters<typeof gatedStream>[0];

/** A terminal, or a log, that keeps what is written. */
function written(isTTY: boolean, write: (stream: Stream) => void): string {
  const raw = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  write(gatedStream(raw));
  return String(raw.read() ?? '');
}

/** As the runners of services look for commands in the log of a job. */
const isCommand = (text: string): boolean =>
  text
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .some((line) => line.trimStart().startsWith('::') || /##(\[|vso\[|teamcity\[)/.test(line));

describe('cli/terminal', () => {
  it('lets no text command a terminal or the service whose log it is', () => {
    assert.equal(
      terminalText('\u001b[2Ja\n  ::error::x\n##[group]'),
      '\\u001b[2Ja\n  \\u003a:error::x\n\\u0023#[group]',
    );
    fc.assert(
      fc.property(hostileText, (text) => {
        for (const isTTY of [true, false]) {
          const shown = written(isTTY, (stream) => stream.write(`${text}\n`));
          assert.doesNotMatch(shown, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e]/);
          assert.equal(isCommand(shown), false, shown);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves JSON the same document', () => {
    fc.assert(
      fc.property(fc.dictionary(hostileText, fc.oneof(hostileText, fc.json(), fc.double())), (value) => {
        const text = JSON.stringify(value, null, 2);
        const shown = written(false, (stream) => stream.write(text));
        assert.deepEqual(JSON.parse(shown), JSON.parse(text));
        assert.equal(isCommand(shown), false);
      }),
      { numRuns: 1000 },
    );
  });

  it('shows our own colours on a terminal alone, and no others', () => {
    const text = `${styled('bold', inLine('\ufdd2::a\u001b[35m'))}: ${styled('warning', 'warning')}\n`;
    assert.equal(
      written(true, (stream) => writeStyled(stream, text)),
      '\u001b[1m\\ufdd2::a\\u001b[35m\u001b[0m: \u001b[33mwarning\u001b[0m\n',
    );
    assert.equal(
      written(false, (stream) => writeStyled(stream, text)),
      '\\ufdd2::a\\u001b[35m: warning\n',
    );
    fc.assert(
      fc.property(hostileText, hostileText, (name, message) => {
        const shown = written(false, (stream) =>
          writeStyled(stream, `${styled('bold', inLine(name))}: ${inLine(message)}\n`),
        );
        assert.equal(shown.split('\n').length, 2);
        assert.equal(isCommand(shown), false, shown);
      }),
      { numRuns: 2000 },
    );
  });

  it('knows our own commands from those of others', () => {
    const text = `${workflowCommand('::warning file=a::b')}\n::error::x\n`;
    assert.equal(
      written(false, (stream) => writeStyled(stream, text)),
      '::warning file=a::b\n\\u003a:error::x\n',
    );
  });

  it('passes the bytes of a command and whole documents as they are', () => {
    const text = '=\u000c::x\u001b[0m\n';
    assert.equal(
      written(true, (stream) => stream.write(Buffer.from(text))),
      text,
    );
    assert.equal(
      written(false, (stream) => writeWhole(stream, text)),
      text,
    );
    assert.equal(
      written(true, (stream) => writeWhole(stream, text)),
      '=\\u000c::x\\u001b[0m\n',
    );
  });

  it('lets the live line draw, and the names in it do nothing', () => {
    const shown = written(true, (stream) => {
      const line = new LiveLine(Object.assign(stream, { rows: 24 }) as unknown as NodeJS.WriteStream, {
        canStop: false,
        on: () => undefined,
        off: () => undefined,
        stop: () => undefined,
      });
      line.show('a\u001b[31mb\nc\u009b2J');
      line.dispose();
    });
    assert.ok(shown.includes('\u001b[24;1H'), 'its own sequences reach the terminal');
    assert.ok(shown.includes('a\\u001b[31mb\\nc\\u009b2J'));
  });

  it('is a stream like the one behind it', () => {
    const raw = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
    const gated = gatedStream(raw);
    assert.equal(rawStream(gated), raw);
    assert.equal(gatedStream(gated), gated);
    assert.deepEqual([gated.isTTY, gated.columns], [true, 80]);
    let resized = 0;
    const count = (): void => void (resized += 1);
    gated.on('resize', count);
    raw.emit('resize');
    gated.removeListener('resize', count);
    raw.emit('resize');
    assert.equal(resized, 1);
  });
});
