"""Attacks in plain PyTorch, float32: what fgsm.test.ts compares Patchwork with.

    python3 tests/golden/fgsm.py > tests/golden/fgsm.golden.json

The gradient of ResNet-20's loss with respect to the pixels, the images after FGSM, and after four steps of PGD that start
at the images. Weights and images follow from a formula that both sides compute exactly (see sgd-steps.py).
"""
import json
import math
import sys
from importlib import import_module
from pathlib import Path

import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).resolve().parent))
exchange = import_module("sgd-steps")

SHAPE = (2, 3, 16, 16)
MEAN, STD = (0.5, 0.4, 0.3), (0.25, 0.2, 0.3)
EPSILON, STEP, STEPS = 8 / 255, 2 / 255, 4


def loss_gradient(model, pixels, labels):
    x = pixels.clone().requires_grad_()
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, STD))
    return torch.autograd.grad(F.cross_entropy(model((x - mean) / std), labels, reduction="sum"), x)[0]


def pgd(model, pixels, labels):
    x = pixels
    for _ in range(STEPS):
        x = x + STEP * loss_gradient(model, x, labels).sign()
        x = (pixels + (x - pixels).clamp(-EPSILON, EPSILON)).clamp(0, 1)
    return x


def values(tensor):
    return [float(f"{value:.9g}") for value in tensor.reshape(-1).tolist()]


def main():
    model = exchange.NETWORKS["resnet20"][0]()
    exchange.set_weights(model)
    model.eval()
    pixels = ((exchange.numbers(math.prod(SHAPE), 1000) + 0.5) * 255).round().div(255).float().view(SHAPE)
    labels = torch.tensor([3, 70])
    gradient = loss_gradient(model, pixels, labels)
    attacked = (pixels + EPSILON * gradient.sign()).clamp(0, 1)
    results = {"gradient": gradient, "fgsm": attacked, "pgd": pgd(model, pixels, labels)}
    command = "python3 tests/golden/fgsm.py > tests/golden/fgsm.golden.json"
    text = {"torch": torch.__version__, "command": command} | {name: values(v) for name, v in results.items()}
    print(json.dumps(text, separators=(",", ":")).replace("],", "],\n"))


if __name__ == "__main__":
    main()
