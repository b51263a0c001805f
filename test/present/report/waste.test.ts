import assert from 'node:assert/strict';
import { assess } from '../../../src/practices/assess';
import { emptyChecklist } from '../../../src/practices/checklist';
import { nothingKnown } from '../../../src/practices/facts';
import { whatNext } from '../../../src/practices/next';
import { pastBestChart } from '../../../src/present/report/energy-charts';
import { programsText } from '../../../src/runs/failed-runs';
import { summarise } from '../../../src/runs/summary';
import { newsSentences, wasteNotes } from '../../../src/present/report/news';
import { wasteOf } from '../../../src/present/report/waste';
import { pastBestTable } from '../../../src/present/report/words';
import { reportOf, runOf } from './support';
import { projectRecords } from './project-weeks';

describe('present/report/waste', () => {
  const records = projectRecords();
  const { counted } = summarise(records);

  it('adds up by program what came after the best value, with its range', () => {
    const { programs, total } = wasteOf(counted);
    assert.deepEqual(
      programs.map(({ label, metrics }) => [label.slice(0, 8), metrics]),
      [
        ['train_re', ['val_loss']],
        ['finetune', ['val_loss']],
        ['search.p', ['val_loss']],
      ],
    );
    const resnet = programs[0]!;
    // The best of 30 epochs of the same length is the 14th.
    assert.ok(Math.abs(resnet.pastBest.value / resnet.all.value - 16 / 30) < 0.001);
    assert.ok(Math.abs(resnet.savable.value / resnet.pastBest.value - 10 / 16) < 0.001);
    assert.ok(resnet.pastBest.low < resnet.pastBest.value && resnet.pastBest.value < resnet.pastBest.high);
    const sum = programs.reduce((all, { pastBest }) => all + pastBest.value, 0);
    assert.ok(Math.abs(total!.pastBest.value - sum) < 1e-9);
  });

  it('counts a failed run once, as failed', () => {
    const failed = records.filter(({ exitCode }) => exitCode === 1);
    const { failed: found, total } = wasteOf(counted);
    assert.equal(found.runs, failed.length);
    const used = failed.reduce((sum, { energyWh }) => sum + (energyWh.total ?? 0), 0);
    assert.ok(Math.abs(found.energy!.value - used) < 1e-6);
    const silent = records.filter(({ progress, exitCode }) => exitCode === 0 && progress === undefined).length;
    assert.equal(total!.runs + found.runs + silent, records.length);
  });

  it('is told with the news, and what is not known beside the figures', () => {
    const report = reportOf(records);
    const [used, trend, past, failed] = newsSentences(report);
    assert.match(used!, /^88 runs in 10 weeks used ~15 kWh\.$/);
    assert.match(trend!, /^The last 4 weeks used \d+ % less than the 4 before, in 37 runs instead of 35\.$/);
    assert.match(
      past!,
      /^~6\.4 kWh \(42 %\) came after the best value of a training; early stopping would have saved ~3\.7 kWh\.$/,
    );
    assert.match(failed!, /^~740 Wh \(4\.8 %\) went into 11 runs that failed\.$/);
    assert.match(
      wasteNotes(report).join(' '),
      /best val_loss of 47 runs\..*Failed: .*\. The output of 30 runs shows no metric/,
    );
    // The practices list the same programs in the same words.
    const failedPrograms = programsText(report.waste.failed.programs);
    assert.match(failedPrograms, /^train_resnet\.py \(\d runs\), .* and \d more programs?$/);
    assert.ok(wasteNotes(report).join(' ').includes(`Failed: ${failedPrograms}.`));
    const reasons = whatNext(assess(emptyChecklist, []), { ...nothingKnown, runs: records }, 17).map(
      ({ reason }) => reason,
    );
    assert.ok(
      reasons.some((reason) => reason.startsWith('11 runs ended with an error') && reason.includes(failedPrograms)),
      reasons.join('\n'),
    );
    assert.match(pastBestChart(report.waste.programs).toString(), /\d+ % of what its \d+ runs used/);
    assert.deepEqual(pastBestTable(report).rows[1]!.slice(-2), ['nothing', 'val_loss']);
  });

  it('says nothing where nothing is known', () => {
    const { programs, total, failed } = wasteOf(summarise([runOf({})]).counted);
    assert.deepEqual([programs, total, failed.runs], [[], null, 0]);
    assert.equal(newsSentences(reportOf([runOf({})])).length, 1);
    assert.match(
      newsSentences(reportOf([runOf({ wattHours: null })]))[0]!,
      /^One run on .*: what it used is not known\.$/,
    );
  });
});
