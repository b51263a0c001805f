import assert from 'node:assert/strict';
import { lintWith } from '../support';

const count = async (code: string): Promise<number> => (await lintWith('training-from-scratch', code)).length;

const FIT = '\nmodel.fit(x, y)\n';
const KERAS = 'from keras.applications import VGG16, EfficientNetB0\nimport tensorflow as tf\n';
const TORCH =
  'import torch, timm, torchvision\nfrom torchvision import models\nfrom torchvision.models import resnet50\n';
const STEP = '\nloss(model(x)).backward()\n';

describe('training-from-scratch', () => {
  const found: readonly string[] = [
    `${KERAS}model = VGG16(weights=None, classes=10)${FIT}`,
    `${KERAS}model = VGG16(False, None, input_shape=(64, 64, 3))${FIT}`,
    `${KERAS}base = tf.keras.applications.efficientnet.EfficientNetB0(include_top=False, weights=None)\nmodel = tf.keras.Sequential([base])${FIT}`,
    `${KERAS}model = VGG16(weights=None)\n`,
    `${TORCH}model = models.resnet18()${STEP}`,
    `${TORCH}model = resnet50(pretrained=False)${STEP}`,
    `${TORCH}model = torchvision.models.vgg.vgg16(weights=None, num_classes=10)${STEP}`,
    `${TORCH}model = models.get_model("resnet50")${STEP}`,
    `${TORCH}model = timm.create_model("resnet50", num_classes=10)${STEP}`,
    `${TORCH}model = models.resnet18()\noptimizer.load_state_dict(state)${STEP}`,
    'from transformers import AutoModelForCausalLM, Trainer\nmodel = AutoModelForCausalLM.from_config(config)\nTrainer(model).train()\n',
  ];
  for (const code of found) {
    it(`reports ${JSON.stringify(code)}`, async () => {
      assert.equal(await count(code), 1);
    });
  }

  const silent: readonly string[] = [
    `${KERAS}model = VGG16(classes=10)${FIT}`,
    `${KERAS}model = VGG16(weights=weights)${FIT}`,
    `${KERAS}model = VGG16(**settings)${FIT}`,
    `${KERAS}model = VGG16(weights=None, input_shape=(64, 64, 1))${FIT}`,
    `${KERAS}model = VGG16(weights=None)\nmodel.load_weights(path)${FIT}`,
    `${KERAS}model = VGG16(weights=None)\nmodel.summary()\n`,
    `${KERAS}VGG16 = mine\nmodel = VGG16(weights=None)${FIT}`,
    `${TORCH}model = models.resnet18()\nmodel(x)\n`,
    `${TORCH}model = models.resnet18(True)${STEP}`,
    `${TORCH}model = models.resnet18(weights="DEFAULT")${STEP}`,
    `${TORCH}model = models.resnet18(pretrained=args.pretrained)${STEP}`,
    `${TORCH}model = models.resnet18(*args)${STEP}`,
    `${TORCH}model = models.resnet18()\nmodel.conv1 = torch.nn.Conv2d(1, 64, 3)${STEP}`,
    `${TORCH}model = models.resnet18()\nmodel.load_state_dict(state)${STEP}`,
    `${TORCH}data = torchvision.datasets.ImageNet(root)\nmodel = models.resnet18()${STEP}`,
    `${TORCH}model = models.segmentation.fcn_resnet50()${STEP}`,
    `${TORCH}model = models.detection.resnet50()${STEP}`,
    `${TORCH}model = timm.create_model("resnet50", pretrained=True)${STEP}`,
    `${TORCH}model = timm.create_model("resnet50", in_chans=1)${STEP}`,
    `${TORCH}model = timm.create_model("resnet50", checkpoint_path=path)${STEP}`,
    'from transformers import AutoModel, Trainer\nmodel = AutoModel.from_pretrained(name) if name else AutoModel.from_config(config)\nTrainer(model).train()\n',
    'from transformers import AutoModel, Trainer\nwith init_empty_weights():\n    model = AutoModel.from_config(config)\nTrainer(model).train()\n',
    'from transformers import AutoModel\nmodel = AutoModel.from_config(config)\n',
    'from transformers import AutoTokenizer, Trainer\ntokenizer = AutoTokenizer.from_config(config)\nTrainer(m).train()\n',
  ];
  for (const code of silent) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.equal(await count(code), 0);
    });
  }
});
