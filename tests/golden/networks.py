"""Networks of the paper in plain PyTorch: what networks.test.ts compares Patchwork with.

    python3 tests/golden/networks.py > tests/golden/networks.golden.json        the golden values, float64
    python3 tests/golden/networks.py NETWORK WEIGHTS RESULT                     live: float32, from and to safetensors

Both give the logits of one batch in training mode and the gradient of every parameter.

The golden values are float64. In float32 a backward pass through 110 layers of batch normalization is not determined to
1e-5: every kernel's order of sums shows. So float32 is compared live, with the same LibTorch and number of threads.
"""
import json
import math
import sys
from importlib import import_module
from pathlib import Path

import torch
import torch.nn.functional as F

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "bench"), str(HERE)]
exchange = import_module("sgd-steps")
networks = import_module("networks")

NETWORKS = {
    "pyramidnet110-a64": (lambda: networks.PyramidNet(110, 64, 100), (4, 3, 32, 32)),
    "resnext50-32x4d": (lambda: networks.ResNeXt([3, 4, 6, 3], 100), (4, 3, 64, 64)),
}


def run(model, shape):
    """Logits of a batch, and the gradients of its cross-entropy."""
    images = (exchange.numbers(math.prod(shape), 1000) * 4).to(model.fc.weight.dtype).view(shape)
    labels = torch.tensor([i * 7 for i in range(shape[0])])
    logits = model(images)
    F.cross_entropy(logits, labels).backward()
    return {"logits": logits.detach(), **{name: value.grad for name, value in model.named_parameters()}}


def golden():
    results = {}
    for name, (make, shape) in NETWORKS.items():
        model = make()
        exchange.set_weights(model)
        values = run(model.double(), shape)
        results[name] = {key: exchange.summary(value) for key, value in values.items()}
    command = "python3 tests/golden/networks.py > tests/golden/networks.golden.json"
    text = json.dumps({"torch": torch.__version__, "command": command, "networks": results}, separators=(",", ":"))
    print(text.replace("],", "],\n"))


def live(name, weights, result):
    make, shape = NETWORKS[name]
    model = make()
    model.load_state_dict(exchange.read_safetensors(weights))
    exchange.write_safetensors(result, run(model, shape))


if __name__ == "__main__":
    golden() if len(sys.argv) == 1 else live(*sys.argv[1:])
