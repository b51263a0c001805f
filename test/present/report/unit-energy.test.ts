import assert from 'node:assert/strict';
import { summarise } from '../../../src/runs/summary';
import { unitEnergies } from '../../../src/present/report/unit-energy';
import { changeText } from '../../../src/present/report/words';
import { projectRecords } from './project-weeks';

describe('present/report/unit-energy', () => {
  const energies = unitEnergies(summarise(projectRecords()).counted);

  it('is the energy of each run by its epochs, for programs that count them', () => {
    assert.deepEqual(
      energies.map(({ label, unit, runs }) => [label.slice(0, 8), unit, runs.length]),
      [
        ['train_re', 'epoch', 26],
        ['finetune', 'epoch', 14],
        ['search.p', 'trial', 7],
      ],
    );
    const first = energies[0]!.runs[0]!;
    // 60 W of CPU, 240 W of GPU and 6 W of memory for 180 s, 4 % less in this run of the GPU.
    assert.ok(Math.abs(first.energy.value - ((60 + 240 * 0.96 + 6) * 180) / 3600) < 0.01, String(first.energy.value));
    assert.ok(first.energy.low < first.energy.value && first.energy.value < first.energy.high && first.isModelled);
  });

  it('tells the last runs apart from the first ones only where their spread allows it', () => {
    assert.match(changeText(energies[0]!)!, /^Last 5 runs: (?:19|20|21|22) % less than the first 5$/);
    assert.equal(changeText(energies[1]!), 'Last 5 runs: cannot be told apart from the first 5');
  });

  it('leaves out runs that failed, and needs two runs for a change', () => {
    const [one] = projectRecords().filter(({ name, exitCode }) => name === 'train_resnet.py' && exitCode === 0);
    const [alone] = unitEnergies(summarise([one!]).counted);
    assert.deepEqual([alone!.runs.length, alone!.change], [1, null]);
    assert.deepEqual(unitEnergies(summarise([{ ...one!, exitCode: 1 }]).counted), []);
  });
});
