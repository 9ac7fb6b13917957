"""Networks of torchvision and timm: what published-networks.test.ts compares Patchwork with.

    python3 tests/golden/published-networks.py > tests/golden/published-networks.golden.json     golden values, float64
    python3 tests/golden/published-networks.py NETWORK WEIGHTS RESULT                            live: float32, safetensors

Needs python3-torchvision, and timm for the golden values (`pip install timm`). Of each network it gives names and shapes of
the state dict, and of some one batch's logits and the gradient of every parameter: in training mode where the network has
batch normalization, with its running statistics after that batch; then in evaluation. What is random in training is off.
"""
import json
import math
import sys
from importlib import import_module
from pathlib import Path

import torch
import torch.nn.functional as F
import torchvision

sys.path.insert(0, str(Path(__file__).resolve().parent))
exchange = import_module("sgd-steps")

CLASSES = 100


def of_torchvision(name, blocks=None, **options):
    def make():
        model = getattr(torchvision.models, name)(num_classes=CLASSES, **options)
        if blocks is not None:
            model.encoder.layers = model.encoder.layers[:blocks]
        for module in model.modules():
            if isinstance(module, (torch.nn.Dropout, torchvision.ops.StochasticDepth)):
                module.p = 0.0
        return model

    return make


def of_timm(name, **options):
    return lambda: import_module("timm").create_model(name, num_classes=CLASSES, **options)


# The shape of the batch, or None where names and shapes of the state dict are enough.
NETWORKS = {
    "torchvision/mobilenet_v3_small": (of_torchvision("mobilenet_v3_small"), (4, 3, 64, 64)),
    "torchvision/mobilenet_v3_large": (of_torchvision("mobilenet_v3_large"), (4, 3, 64, 64)),
    "torchvision/efficientnet_b0": (of_torchvision("efficientnet_b0"), (4, 3, 64, 64)),
    "torchvision/convnext_tiny": (of_torchvision("convnext_tiny"), (2, 3, 64, 64)),
    "torchvision/vit_b_16": (of_torchvision("vit_b_16"), None),
    "torchvision/vit_b_16, 3 blocks": (of_torchvision("vit_b_16", blocks=3, image_size=48), (2, 3, 48, 48)),
    "timm/mobilenetv3_small_100": (of_timm("mobilenetv3_small_100"), (4, 3, 64, 64)),
    "timm/mobilenetv3_large_100": (of_timm("mobilenetv3_large_100"), None),
    "timm/efficientnet_b0": (of_timm("efficientnet_b0"), None),
    "timm/convnext_tiny": (of_timm("convnext_tiny"), None),
    "timm/vit_small_patch16_224": (of_timm("vit_small_patch16_224"), None),
    # Pictures of another size than the positions are for: fewer patches one way, more the other.
    "timm/vit_small_patch16_224, 3 blocks": (
        of_timm("vit_small_patch16_224", depth=3, img_size=64, dynamic_img_size=True),
        (2, 3, 48, 96),
    ),
    "timm/vit_base_patch16_224": (of_timm("vit_base_patch16_224"), None),
}


def one_pass(model, shape):
    """Logits of a batch and the gradients of its cross-entropy."""
    dtype = next(model.parameters()).dtype
    images = (exchange.numbers(math.prod(shape), 1000) * 4).to(dtype).view(shape)
    labels = torch.tensor([i * 7 for i in range(shape[0])])
    model.zero_grad()
    logits = model(images)
    F.cross_entropy(logits, labels).backward()
    return {"logits": logits.detach(), **{name: value.grad.clone() for name, value in model.named_parameters()}}


def run(model, shape):
    statistics = {name: value for name, value in model.named_buffers() if "running_" in name}
    values = {}
    if statistics:
        found = one_pass(model.train(), shape)
        found.update({name: value.clone() for name, value in statistics.items()})
        values.update({f"train/{name}": value for name, value in found.items()})
    values.update({f"eval/{name}": value for name, value in one_pass(model.eval(), shape).items()})
    return values


def golden():
    results = {}
    for name, (make, shape) in NETWORKS.items():
        model = make()
        shapes = {key: list(value.shape) for key, value in model.state_dict().items() if "num_batches" not in key}
        results[name] = {"shapes": shapes}
        if shape is not None:
            exchange.set_weights(model)
            values = run(model.double(), shape)
            results[name].update({"batch": shape, "values": {key: exchange.summary(value) for key, value in values.items()}})
    versions = {"torch": torch.__version__, "torchvision": torchvision.__version__, "timm": import_module("timm").__version__}
    command = "python3 tests/golden/published-networks.py > tests/golden/published-networks.golden.json"
    text = json.dumps({**versions, "command": command, "networks": results}, separators=(",", ":"))
    print(text.replace("],", "],\n"))


def live(name, weights, result):
    make, shape = NETWORKS[name]
    model = make()
    model.load_state_dict(exchange.read_safetensors(weights), strict=False)
    exchange.write_safetensors(result, run(model, shape))


if __name__ == "__main__":
    golden() if len(sys.argv) == 1 else live(*sys.argv[1:])
