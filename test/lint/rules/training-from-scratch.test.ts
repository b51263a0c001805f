import assert from 'node:assert/strict';
import { lintWith } from '../support';

const count = async (code: string): Promise<number> => (await lintWith('training-from-scratch', code)).length;

const fit = '\nmodel.fit(x, y)\n';
const keras = 'from keras.applications import VGG16, EfficientNetB0\nimport tensorflow as tf\n';
const torch =
  'import torch, timm, torchvision\nfrom torchvision import models\nfrom torchvision.models import resnet50\n';
const step = '\nloss(model(x)).backward()\n';

describe('training-from-scratch', () => {
  const found: readonly string[] = [
    `${keras}model = VGG16(weights=None, classes=10)${fit}`,
    `${keras}model = VGG16(False, None, input_shape=(64, 64, 3))${fit}`,
    `${keras}base = tf.keras.applications.efficientnet.EfficientNetB0(include_top=False, weights=None)\nmodel = tf.keras.Sequential([base])${fit}`,
    `${keras}model = VGG16(weights=None)\n`,
    `${torch}model = models.resnet18()${step}`,
    `${torch}model = resnet50(pretrained=False)${step}`,
    `${torch}model = torchvision.models.vgg.vgg16(weights=None, num_classes=10)${step}`,
    `${torch}model = models.get_model("resnet50")${step}`,
    `${torch}model = timm.create_model("resnet50", num_classes=10)${step}`,
    `${torch}model = models.resnet18()\noptimizer.load_state_dict(state)${step}`,
    `${torch}model = models.resnet18()\n# model.load_state_dict(state)${step}`,
    `${torch}model = models.resnet18()${step}best = copy.deepcopy(model.state_dict())\nmodel.load_state_dict(best)\n`,
    `${torch}model = models.resnet18()${step}self.best = model.state_dict()\nmodel.load_state_dict(self.best)\n`,
    `${torch}model = models.resnet18()${step}torch.save(model.state_dict(), "best.pt")\nmodel.load_state_dict(torch.load("best.pt"))\n`,
    'from transformers import AutoModelForCausalLM, Trainer\nmodel = AutoModelForCausalLM.from_config(config)\nTrainer(model).train()\n',
  ];
  for (const code of found) {
    it(`reports ${JSON.stringify(code)}`, async () => {
      assert.equal(await count(code), 1);
    });
  }

  const trained = '\nTrainer(model).train()\n';
  const classes = 'from transformers import BertConfig, BertForMaskedLM, GPT2Config, GPT2LMHeadModel, Trainer\n';
  for (const code of [
    `${classes}model = GPT2LMHeadModel(GPT2Config())${trained}`,
    `${classes}config = BertConfig(hidden_dropout_prob=0.2)\nmodel = BertForMaskedLM(config=config)${trained}`,
    `${classes}config = BertConfig.from_pretrained("bert-base-uncased")\nmodel = BertForMaskedLM(config)${trained}`,
    `${torch}model = timm.models.create_model("resnet50")${step}`,
    `${torch}model = torch.hub.load("pytorch/vision:v0.10.0", "resnet18", pretrained=False)${step}`,
    `${torch}model = torch.hub.load("pytorch/vision", "resnet18")${step}`,
    `import keras_hub\nmodel = keras_hub.models.ImageClassifier.from_preset("resnet_50", load_weights=False)${fit}`,
  ]) {
    it(`reports ${JSON.stringify(code)}`, async () => {
      assert.equal(await count(code), 1);
    });
  }

  for (const code of [
    `${classes}model = GPT2LMHeadModel(GPT2Config(n_layer=2))${trained}`,
    `${classes}model = GPT2LMHeadModel(config)${trained}`,
    `from transformers import BertConfig, BertForPreTraining, Trainer\nmodel = BertForPreTraining(BertConfig())${trained}`,
    `${torch}model = torch.hub.load("pytorch/vision", "resnet18", weights="DEFAULT")${step}`,
    `${torch}model = torch.hub.load("ultralytics/yolov5", "resnet18")${step}`,
    `${torch}model = models.resnet18()${step}print("throughput", n / seconds)\n`,
    `${classes}model = GPT2LMHeadModel(GPT2Config())\nmodel.load_state_dict(state)${trained}`,
    `${classes}model = GPT2LMHeadModel(GPT2Config())\nmodel = GPT2LMHeadModel.from_pretrained("gpt2")${trained}`,
    `${classes}model = GPT2LMHeadModel(GPT2Config())\nprint(model)\n`,
    `${classes}from tokenizers import ByteLevelBPETokenizer\nmodel = GPT2LMHeadModel(GPT2Config())${trained}`,
    `${classes}class GPT2LMHeadModel: ...\nmodel = GPT2LMHeadModel(GPT2Config())${trained}`,
    `import keras_hub\nmodel = keras_hub.models.ImageClassifier.from_preset("resnet_50")${fit}`,
    `import keras_hub\nmodel = keras_hub.models.ImageClassifier.from_preset("resnet_50", load_weights=load)${fit}`,
    'import keras_hub\nmodel = keras_hub.models.ImageClassifier.from_preset("resnet_50", load_weights=False)\n',
  ]) {
    it(`is silent on ${JSON.stringify(code)}`, async () => {
      assert.equal(await count(code), 0);
    });
  }

  const silent: readonly string[] = [
    `${keras}model = VGG16(classes=10)${fit}`,
    `${keras}model = VGG16(weights=weights)${fit}`,
    `${keras}model = VGG16(**settings)${fit}`,
    `${keras}model = VGG16(weights=None, input_shape=(64, 64, 1))${fit}`,
    `${keras}model = VGG16(weights=None)\nmodel.load_weights(path)${fit}`,
    `${keras}model = VGG16(weights=None)\nmodel.summary()\n`,
    `${keras}VGG16 = mine\nmodel = VGG16(weights=None)${fit}`,
    `${torch}model = models.resnet18()\nmodel(x)\n`,
    `${torch}model = models.resnet18()\nmodel(x)\n# loss.backward()\n`,
    `${keras}model = VGG16(weights=None)\nmodel.summary()\n# model.fit(x, y)\n`,
    `${torch}model = models.resnet18(True)${step}`,
    `${torch}model = models.resnet18(weights="DEFAULT")${step}`,
    `${torch}model = models.resnet18(pretrained=args.pretrained)${step}`,
    `${torch}model = models.resnet18(*args)${step}`,
    `${torch}model = models.resnet18()\nmodel.conv1 = torch.nn.Conv2d(1, 64, 3)${step}`,
    `${torch}model = models.resnet18()\nmodel.load_state_dict(state)${step}`,
    `${torch}model = models.resnet18()\nmodel.load_state_dict(torch.load("given.pt"))${step}torch.save(model.state_dict(), "best.pt")\n`,
    `${torch}model = models.resnet18()\nbest = download()\nmodel.load_state_dict(best)${step}`,
    `${torch}data = torchvision.datasets.ImageNet(root)\nmodel = models.resnet18()${step}`,
    `${torch}class Pictures:\n    """Class for loading imagenet."""\nmodel = models.resnet18()${step}`,
    `${torch}model = models.segmentation.fcn_resnet50()${step}`,
    `${torch}model = models.detection.resnet50()${step}`,
    `${torch}model = timm.create_model("resnet50", pretrained=True)${step}`,
    `${torch}model = timm.create_model("resnet50", in_chans=1)${step}`,
    `${torch}model = timm.create_model("resnet50", checkpoint_path=path)${step}`,
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
