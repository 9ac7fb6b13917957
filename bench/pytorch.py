"""PyTorch's side of `npm run bench`: the same networks, the same step, written as PyTorch's documentation writes them.

    python3 bench/pytorch.py NETWORK|NETWORK:inference|dispatch|jpeg|METHOD@SIDE MODE SECONDS      prints one JSON line

MODE: default (fp32, contiguous, as PyTorch comes), tuned (bf16 autocast, channels_last), compile (tuned + torch.compile).
"""
import json
import os
import resource
import sys
import time

import torch
import torch.nn.functional as F

from mixing import mixing
from networks import BasicBlock, Bottleneck, PyramidNet, ResNet

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
torch.manual_seed(0)


def network(name):
    """The model, the batch shape and the number of classes."""
    if name == "resnet20":
        return ResNet(BasicBlock, [3, 3, 3], [16, 32, 64], 100), (64, 3, 32, 32), 100
    if name == "wide":
        return ResNet(BasicBlock, [3, 3, 3], [64, 128, 256], 100), (64, 3, 32, 32), 100
    if name == "pyramidnet110":
        return PyramidNet(110, 64, 100), (64, 3, 32, 32), 100
    if name == "resnet50":
        return ResNet(Bottleneck, [3, 4, 6, 3], [64, 128, 256, 512], 1000, cifar=False), (16, 3, 224, 224), 1000
    if name == "mobilenetv3-large":
        # Only here: torchvision is a package of its own.
        from torchvision.models import mobilenet_v3_large
        return mobilenet_v3_large(num_classes=1000), (16, 3, 224, 224), 1000
    raise SystemExit(f"unknown network {name}")


def calls_per_second(body, seconds, warmup=3):
    for _ in range(warmup):
        body()
    calls, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        body()
        calls += 1
    return calls / (time.perf_counter() - start)


def training_rate(name, mode, seconds):
    model, shape, classes = network(name)
    model.train()
    fast = mode != "default"
    images, labels = torch.randn(shape), torch.randint(classes, (shape[0],))
    if fast:
        model, images = model.to(memory_format=torch.channels_last), images.to(memory_format=torch.channels_last)
    if mode == "compile":
        model = torch.compile(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, nesterov=True, weight_decay=1e-4)

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=fast):
            loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return shape[0] * calls_per_second(step, seconds)


def inference_rate(name, mode, seconds):
    model, shape, _ = network(name)
    model.eval()
    images = torch.randn(shape)
    fast = mode != "default"
    if fast:
        model, images = model.to(memory_format=torch.channels_last), images.to(memory_format=torch.channels_last)

    if mode == "compile":
        model = torch.compile(model)

    def predict():
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=fast):
            return model(images).argmax(1).tolist()

    return shape[0] * calls_per_second(predict, seconds)


def dispatch_nanoseconds(seconds):
    x = torch.ones(4)
    def adds():
        for _ in range(1000):
            x + x

    return 1e9 / 1000 / calls_per_second(adds, seconds, warmup=10)


def mixing_milliseconds(what, seconds):
    mix = mixing(what)
    return 1e3 / calls_per_second(mix, seconds, warmup=20)


def measure(name, mode, seconds):
    if "@" in name:
        return mixing_milliseconds(name, seconds)
    if name == "jpeg":
        # Only here: torchvision is a package of its own.
        from jpeg import jpeg_rate
        return jpeg_rate(seconds)
    if name == "dispatch":
        return dispatch_nanoseconds(seconds)
    network_name, _, doing = name.partition(":")
    rate = inference_rate if doing == "inference" else training_rate
    return rate(network_name, mode, seconds)


if __name__ == "__main__":
    name, mode, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    value = measure(name, mode, seconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"version": torch.__version__, "value": value, "peakBytes": peak}))
