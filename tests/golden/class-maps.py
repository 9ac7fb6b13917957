"""Class activation maps and Grad-CAM in plain PyTorch: what class-maps.test.ts compares Patchwork with.

    python3 tests/golden/class-maps.py > tests/golden/class-maps.golden.json

Both follow their papers' equations (Zhou et al. 2016; Selvaraju et al. 2017), in float32, on networks in evaluation mode
whose weights follow from a formula that both sides compute exactly.
"""
import json
import math
import sys
from importlib import import_module
from pathlib import Path

import torch
from torch import nn

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "bench"), str(HERE)]
exchange = import_module("sgd-steps")
networks = import_module("networks")

WIDTHS = [64, 64, "pool", 128, 128, "pool", 256, 256, 256, "pool", 512, 512, 512, "pool", 512, 512, 512]


class VggGap(nn.Module):
    """torchvision's vgg16_bn without its last pool and classifier, a 3x3 convolution to 1024, the mean, a linear layer."""

    def __init__(self, classes):
        super().__init__()
        layers, cin = [], 3
        for width in WIDTHS:
            if width == "pool":
                layers.append(nn.MaxPool2d(2))
                continue
            layers += [nn.Conv2d(cin, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
            cin = width
        self.features = nn.Sequential(*layers)
        self.conv6 = nn.Conv2d(512, 1024, 3, padding=1)
        self.fc = nn.Linear(1024, classes)

    def forward(self, x):
        return self.fc(torch.relu(self.conv6(self.features(x))).mean((2, 3)))


def resnet20():
    return networks.ResNet(networks.BasicBlock, [3, 3, 3], [16, 32, 64], 100)


# Network, shape of the images, the layer whose rectified output is the last map, and the layers after which Grad-CAM is
# taken by Patchwork's number of the stage.
CASES = {
    "resnet20": (resnet20, (2, 3, 32, 32), "layer3", {3: "layer2", 4: "layer3"}),
    "vgg16-bn-gap": (lambda: VggGap(100), (2, 3, 48, 32), "conv6", {4: "features.32", 5: "features.42"}),
}
CLASSES = [3, 70]


def outputs_of(model, names, images):
    """The logits, and what the named layers gave."""
    kept = {}
    hooks = [
        model.get_submodule(name).register_forward_hook(lambda _, __, output, name=name: kept.__setitem__(name, output))
        for name in names
    ]
    logits = model(images)
    for hook in hooks:
        hook.remove()
    return logits, kept


def numbers_of(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().double().reshape(-1).tolist()]


def golden(make, shape, last, stages):
    model = make()
    exchange.set_weights(model)
    model.eval()
    images = (exchange.numbers(math.prod(shape), 1000) * 4).float().view(shape)
    logits, kept = outputs_of(model, [last, *stages.values()], images)
    picked = logits[range(shape[0]), CLASSES]
    cam = torch.einsum("nc,nchw->nhw", model.fc.weight[CLASSES], torch.relu(kept[last]))
    found = {"shape": list(cam.shape), "logits": exchange.summary(logits), "cam": numbers_of(cam), "gradCam": {}}
    for stage, name in stages.items():
        (gradient,) = torch.autograd.grad(picked.sum(), kept[name], retain_graph=True)
        alpha = gradient.mean((2, 3), keepdim=True)
        heat = torch.relu((alpha * kept[name]).sum(1))
        found["gradCam"][stage] = {"gradient": exchange.summary(gradient), "map": numbers_of(heat)}
    return found


if __name__ == "__main__":
    results = {name: golden(*case) for name, case in CASES.items()}
    command = "python3 tests/golden/class-maps.py > tests/golden/class-maps.golden.json"
    text = json.dumps({"torch": torch.__version__, "command": command, "networks": results}, separators=(",", ":"))
    print(text.replace("],", "],\n"))
