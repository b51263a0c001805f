"""Fine-tunes an image classifier with PyTorch Lightning."""

import lightning as L
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, models, transforms


class ClothesClassifier(L.LightningModule):
    def __init__(self, learning_rate=1e-3):
        super().__init__()
        self.learning_rate = learning_rate
        self.network = models.resnet18(weights=None, num_classes=10)
        self.loss = nn.CrossEntropyLoss()

    def training_step(self, batch, batch_index):
        images, labels = batch
        loss = self.loss(self.network(images), labels)
        self.log("train_loss", loss, prog_bar=True)
        return loss

    def validation_step(self, batch, batch_index):
        images, labels = batch
        self.log("val_loss", self.loss(self.network(images), labels), prog_bar=True)

    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=self.learning_rate)


def loaders(batch_size=128):
    prepare = transforms.Compose([transforms.Grayscale(3), transforms.Resize(64), transforms.ToTensor()])
    training = datasets.FashionMNIST("data", train=True, download=True, transform=prepare)
    validation = datasets.FashionMNIST("data", train=False, download=True, transform=prepare)
    return DataLoader(training, batch_size, shuffle=True), DataLoader(validation, batch_size)


def main():
    training, validation = loaders()
    trainer = L.Trainer(accelerator="auto")
    trainer.fit(ClothesClassifier(), training, validation)


if __name__ == "__main__":
    main()
