import { holdsInCode } from '../../python/comments';
import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { partsOf } from '../../python/syntax';
import { defineRule } from '../engine/define';
import { mayRun } from '../engine/reached';
import { unmeasuredTrainingId } from '../engine/special-ids';
import { inCloudJob } from '../libraries/cloud-jobs';
import { tracker } from '../libraries/trackers';
import { trainings } from '../libraries/trainings';
import { together } from '../engine/query';

export const unmeasuredTraining = defineRule({
  id: unmeasuredTrainingId,
  practice: 1,
  severity: 'hint',
  inTests: false,
  summary: 'A project that trains without measuring its energy.',
  details:
    'The first training of a project (Keras, Lightning, Hugging Face, or a PyTorch loop) that uses no tracker anywhere (CodeCarbon, CarbonTracker, Zeus, eco2AI, pyJoules) and for which Green ML has recorded no run. Not reported, because starting them here measures nothing: scripts that run in the cloud (SageMaker, Vertex AI, Azure ML, Modal), as their code or a job of the project shows; files that a notebook writes but does not run; functions that a decorator sends to another machine (components of pipelines, `@remote`).',
  why: 'What is not measured cannot be compared: a training that uses twice the energy of the last one looks the same.',
  remedy:
    'Start it in the editor, which measures it, or with `green-ml run -- python train.py`. The code does not have to change.',
  nonCompliant: [
    {
      code: `import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit(x, y, epochs=5)
`,
      severity: 'hint',
    },
  ],
  compliant: [
    `import keras
from codecarbon import EmissionsTracker

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
with EmissionsTracker():
    model.fit(x, y, epochs=5)
`,
  ],
  evidence: {
    item: 'runs-measured',
    contradicts: false,
    one: 'training without a tracker in the code',
    several: 'trainings without a tracker in the code',
  },
  messages: {
    unmeasured:
      'Nothing measures the energy of this training. Start it in the editor, or with "green-ml run -- python …". The code does not have to change.',
  },
  settledBy: tracker,
}).on(together(trainings), (all, { module }) => {
  if (holdsInCode(module.text, inCloudJob)) return null;
  const first = all.find(({ call }) => mayRun(module, call.node) && !isRemote(module, call.node));
  return first === undefined ? null : { node: first.call.node, message: 'unmeasured' };
});

/** True in a function that a decorator sends to another machine: a component of a pipeline, a job, a function in a cloud. */
const isRemote = (module: PythonModule, node: Node): boolean =>
  (module.place(node)?.ancestors ?? []).some(
    (ancestor) =>
      ancestor.type === 'decorated_definition' &&
      partsOf(ancestor).some(({ type, text }) => type === 'decorator' && sendsAway.test(text)),
  );

const sendsAway =
  /^@(?:\w{1,40}\.){0,3}(?:component|container_component|create_component_from_func|func_to_container_op|command_component|remote|function|step|kubernetes|batch)\b/;
