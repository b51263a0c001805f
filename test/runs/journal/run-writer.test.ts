import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseJournal } from '../../../src/runs/journal/journal-lines';
import type { JournalLine } from '../../../src/runs/journal/journal-shapes';
import type { RunInterval } from '../../../src/runs/interval';
import { PowerSeries } from '../../../src/runs/power-series';
import { RunWriter, type WriterFiles } from '../../../src/runs/journal/run-writer';
import { addInterval, emptyTotals } from '../../../src/runs/totals';
import { ownFiles, type OpenedFile } from '../../../src/system/own-files';
import { headerOf, intervalOf } from '../support';

const start: JournalLine = { type: 'start', version: 1, ...headerOf() };
const sample = (at: number): JournalLine => ({ type: 'sample', ...intervalOf({ at, joules: 3600 }) });
const end = { type: 'end', at: 9000, exitCode: 0, meterCpuSeconds: 0 } as const;

describe('runs/run-writer', () => {
  let folder: string;
  let path: string;
  /** Bytes that the disk still takes. */
  let room: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'green-ml-writer-'));
    path = join(folder, 'run.jsonl');
    room = Infinity;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** A file on a disk that gets full: what still fits is written, as a kernel does. */
  async function openFile(name: string, flags: string): Promise<OpenedFile> {
    const file = await open(name, flags, 0o600);
    const write = async (text: unknown): Promise<void> => {
      const whole = Buffer.from(String(text));
      const part = whole.subarray(0, Math.min(whole.length, room));
      room -= part.length;
      await file.appendFile(part);
      if (part.length < whole.length) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    };
    return {
      appendFile: write,
      writeFile: write,
      truncate: (length) => file.truncate(length),
      close: () => file.close(),
    };
  }

  const files: WriterFiles = { ...ownFiles, open: openFile };

  const full = (error: NodeJS.ErrnoException): boolean => error.code === 'ENOSPC';

  it('leaves whole lines alone when the disk gets full, and completes the record when there is room again', async () => {
    const writer = await RunWriter.create(path, files);
    await writer.append(start);
    await writer.append(sample(1000));
    room = 25;
    await assert.rejects(writer.append(sample(2000)), full);
    await assert.rejects(writer.append(sample(3000)), full);
    assert.match(await readFile(path, 'utf8'), /\n$/);
    assert.deepEqual(parseJournal(await readFile(path, 'utf8')).damaged, []);
    assert.equal(parseJournal(await readFile(path, 'utf8')).samples.length, 1);
    room = Infinity;
    await writer.end(end);
    const { state, samples, damaged } = parseJournal(await readFile(path, 'utf8'));
    assert.deepEqual(
      samples.map(({ at }) => at),
      [1000, 2000, 3000],
    );
    assert.deepEqual(damaged, []);
    assert.equal(state?.end?.exitCode, 0);
  });

  it('leaves no file behind where not even the first line found room', async () => {
    room = 10;
    const writer = await RunWriter.create(path, files);
    await assert.rejects(writer.append(start), full);
    await assert.rejects(writer.end(end), full);
    assert.deepEqual(await readdir(folder), []);
  });

  it('keeps the longer file where there is no room to write the shorter one beside it', async function () {
    this.timeout(20_000);
    const writer = await RunWriter.create(path, files);
    await writer.append(start);
    for (let at = 1; at < 4000; at++) await writer.append(sample(at));
    room = 2000;
    await assert.rejects(writer.append(sample(4000)), full);
    assert.deepEqual(await readdir(folder), ['run.jsonl']);
    room = Infinity;
    await writer.end(end);
    const { samples, state } = parseJournal(await readFile(path, 'utf8'));
    assert.equal(
      samples.reduce((sum, { merged = 1 }) => sum + merged, 0),
      4000,
    );
    assert.equal(state?.totals.run.total, 4000 * 3600);
  });

  it('gives a run of ten hours one resolution from its start to its end, and changes no sum', async function () {
    this.timeout(60_000);
    const hours = 10;
    const writer = await RunWriter.create(path);
    await writer.append(start);
    const whole: RunInterval[] = [];
    for (let second = 1; second <= hours * 3600; second += 1) {
      whole.push(intervalOf({ at: second * 1000, joules: 40 + (second % 90) }));
      const written = writer.append({ type: 'sample', ...whole.at(-1)! });
      if (second % 1000 === 0) await written;
    }
    const held = parseJournal(await readFile(path, 'utf8'));
    assert.ok(held.samples.length <= 4000, `${held.samples.length} samples`);
    assertEven(PowerSeries.of(held.samples).points);
    await writer.end({ ...end, at: hours * 3_600_000 });
    const { state, samples, damaged } = parseJournal(await readFile(path, 'utf8'));
    assert.deepEqual(damaged, []);
    assert.ok(samples.length <= 2000 && samples.length >= 1000, `${samples.length} samples`);
    assertEven(samples);
    assertEven(PowerSeries.of(samples).points);
    const before = whole.reduce(addInterval, emptyTotals);
    assert.deepEqual(state?.totals, before);
  });

  /** No half of the run is drawn more than twice as finely as the other; the last sample may still be incomplete. */
  function assertEven(parts: readonly { readonly seconds: number }[]): void {
    const lengths = parts.slice(0, -1).map(({ seconds }) => seconds);
    const middle = Math.floor(lengths.length / 2);
    const mean = (some: readonly number[]): number => some.reduce((sum, each) => sum + each, 0) / some.length;
    const ratio = mean(lengths.slice(0, middle)) / mean(lengths.slice(middle));
    assert.ok(ratio > 0.5 && ratio < 2, `${ratio}`);
    assert.ok(Math.max(...lengths) <= 2 * Math.min(...lengths), `${Math.min(...lengths)} to ${Math.max(...lengths)} s`);
  }
});
