"""Writes names and shapes of torchvision's state dicts, which Patchwork's must equal.

    python3 tests/golden/torchvision-names.py > tests/golden/torchvision-names.golden.json
"""
import json

import torchvision


def shapes(model):
    return {name: list(value.shape) for name, value in model.state_dict().items()}


models = {name: shapes(getattr(torchvision.models, name)()) for name in ("resnet18", "resnet50", "resnext50_32x4d", "vgg16", "vgg16_bn")}
print(json.dumps({"torchvision": torchvision.__version__, **models}, separators=(",", ":")))
