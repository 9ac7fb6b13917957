"""PyTorch's side of `npm run bench`: the same networks, the same step, written as PyTorch's documentation writes them.

    python3 bench/pytorch.py NETWORK MODE SECONDS      prints one JSON line

MODE: default (fp32, contiguous, as PyTorch comes), tuned (bf16 autocast, channels_last), compile (tuned + torch.compile).
"""
import json
import os
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
torch.manual_seed(0)


class BasicBlock(nn.Module):
    def __init__(self, cin, planes, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(cin, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = None
        if stride != 1 or cin != planes:
            self.downsample = nn.Sequential(nn.Conv2d(cin, planes, 1, stride, bias=False), nn.BatchNorm2d(planes))

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += x if self.downsample is None else self.downsample(x)
        return self.relu(out)


class Bottleneck(nn.Module):
    def __init__(self, cin, planes, stride):
        super().__init__()
        cout = planes * 4
        self.conv1 = nn.Conv2d(cin, planes, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv3 = nn.Conv2d(planes, cout, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(cout)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = None
        if stride != 1 or cin != cout:
            self.downsample = nn.Sequential(nn.Conv2d(cin, cout, 1, stride, bias=False), nn.BatchNorm2d(cout))

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        out += x if self.downsample is None else self.downsample(x)
        return self.relu(out)


class ResNet(nn.Module):
    def __init__(self, block, blocks, planes, classes, cifar=True):
        super().__init__()
        self.conv1 = nn.Conv2d(3, planes[0], 3, 1, 1, bias=False) if cifar else nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(planes[0])
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.Identity() if cifar else nn.MaxPool2d(3, 2, 1)
        width = planes[0]
        self.stages = len(blocks)
        for stage, count in enumerate(blocks):
            parts = []
            for i in range(count):
                parts.append(block(width, planes[stage], 2 if i == 0 and stage > 0 else 1))
                width = planes[stage] * (4 if block is Bottleneck else 1)
            setattr(self, f"layer{stage + 1}", nn.Sequential(*parts))
        self.fc = nn.Linear(width, classes)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for stage in range(self.stages):
            x = getattr(self, f"layer{stage + 1}")(x)
        return self.fc(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1))


def network(name):
    """The model, the batch shape and the number of classes."""
    if name == "resnet20":
        return ResNet(BasicBlock, [3, 3, 3], [16, 32, 64], 100), (64, 3, 32, 32), 100
    if name == "wide":
        return ResNet(BasicBlock, [3, 3, 3], [64, 128, 256], 100), (64, 3, 32, 32), 100
    if name == "resnet50":
        return ResNet(Bottleneck, [3, 4, 6, 3], [64, 128, 256, 512], 1000, cifar=False), (16, 3, 224, 224), 1000
    raise SystemExit(f"unknown network {name}")


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

    for _ in range(3):
        step()
    steps, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        step()
        steps += 1
    return steps * shape[0] / (time.perf_counter() - start)


def dispatch_nanoseconds(seconds):
    x = torch.ones(4)
    for _ in range(10000):
        x + x
    calls, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        for _ in range(1000):
            x + x
        calls += 1000
    return (time.perf_counter() - start) / calls * 1e9


if __name__ == "__main__":
    name, mode, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    value = dispatch_nanoseconds(seconds) if name == "dispatch" else training_rate(name, mode, seconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"version": torch.__version__, "value": value, "peakBytes": peak}))
