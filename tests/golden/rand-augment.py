"""RandAugment's operations in torchvision, on PIL images: what rand-augment.test.ts compares Patchwork with, byte for byte.

    python3 tests/golden/rand-augment.py > tests/golden/rand-augment.golden.json

Each operation at the strengths that torchvision's table has for three magnitudes, with both signs where it has signs.
"""
import hashlib
import json
import sys
from importlib import import_module
from pathlib import Path

import numpy
import PIL
import torchvision
from PIL import Image
from torchvision.transforms import InterpolationMode, RandAugment
from torchvision.transforms.autoaugment import _apply_op

sys.path.insert(0, str(Path(__file__).resolve().parent))
exchange = import_module("sgd-steps")

SIZES = [(11, 14), (40, 33)]
MAGNITUDES = [2, 9, 30]


def picture(height, width):
    """Noise of 21 .. 220 in bands of differing brightness, H x W x 3: rand-augment.test.ts makes the same."""
    noise = (exchange.numbers(height * width * 3, height) * 100).floor().numpy().reshape(height, width, 3)
    bands = numpy.arange(height).reshape(height, 1, 1) * 7 % 100
    return (noise + 71 + bands).astype(numpy.uint8)


def golden():
    results = []
    for height, width in SIZES:
        image = Image.fromarray(picture(height, width))
        space = RandAugment()._augmentation_space(31, (height, width))
        for name, (magnitudes, signed) in space.items():
            for magnitude in MAGNITUDES if magnitudes.ndim > 0 else [0]:
                strength = float(magnitudes[magnitude].item()) if magnitudes.ndim > 0 else 0.0
                for sign in [1, -1] if signed else [1]:
                    made = _apply_op(image, name, sign * strength, InterpolationMode.NEAREST, None)
                    data = numpy.asarray(made).tobytes()
                    digest = hashlib.sha256(data).hexdigest()[:16]
                    results.append([height, width, name, magnitude, sign * strength, sum(data), digest])
    versions = {"torchvision": torchvision.__version__, "pillow": PIL.__version__}
    command = "python3 tests/golden/rand-augment.py > tests/golden/rand-augment.golden.json"
    print(json.dumps({**versions, "command": command, "cases": results}, separators=(",", ":")).replace("],", "],\n"))


if __name__ == "__main__":
    golden()
