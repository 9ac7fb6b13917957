"""Ten training steps in PyTorch: what sgd-steps.test.ts compares Patchwork with.

    python3 tests/golden/sgd-steps.py > tests/golden/sgd-steps.golden.json        the golden values
    python3 tests/golden/sgd-steps.py NETWORK INITIAL FINAL                      live: from one safetensors file to another

Weights and batches follow from a formula that both sides compute exactly, so that no weights need to be kept.

Ten steps of a real recipe are chaotic in float32: at a rate of 0.05 another number of threads changes ResNet-20's
weights by 10 %. So the values kept for other machines are float64 at that rate, and float32 at one so small that other
kernels stay within 3e-6. Live, on the machine's own LibTorch, it is float32 at 0.05.
"""
import ctypes
import json
import math
import struct
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
from networks import BasicBlock, Bottleneck, ResNet  # noqa: E402

NETWORKS = {
    "resnet20": (lambda: ResNet(BasicBlock, [3, 3, 3], [16, 32, 64], 100), 100),
    "bottleneck": (lambda: ResNet(Bottleneck, [1, 1], [8, 16], 10), 10),
}
STEPS, BATCH = 10, (8, 3, 32, 32)
SGD = {"momentum": 0.9, "nesterov": True, "weight_decay": 1e-4}
RATE = 0.05
VARIANTS = {"float32": (torch.float32, 3e-5), "float64": (torch.float64, RATE)}


def numbers(count, seed):
    """MurmurHash3's finalizer over (seed, index), as multiples of 2^-24 in [-0.5, 0.5): tests/support/numbers.ts."""
    mask = 0xFFFFFFFF
    h = (torch.arange(count, dtype=torch.int64) + (seed + 1) * 0x9E3779B1) & mask
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & mask
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & mask
    h = h ^ (h >> 16)
    return (h >> 8).double() / 2**24 - 0.5


def set_weights(model):
    """About the size of He's rule, from the formula; the seed is the place in the sorted list of names."""
    for seed, (name, parameter) in enumerate(sorted(model.named_parameters())):
        u = numbers(parameter.numel(), seed)
        if parameter.dim() == 4:
            out, _, height, width = parameter.shape
            value = u * (2 * math.sqrt(6 / (out * height * width)))
        elif parameter.dim() == 2:
            value = u * (2 / math.sqrt(parameter.shape[1]))
        else:
            value = u * 0.5 + 1 if name.endswith("weight") else u * 0.25
        parameter.data.copy_(value.float().view_as(parameter))


def train(model, classes, rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, **SGD)
    dtype = model.fc.weight.dtype
    losses = []
    for step in range(STEPS):
        images = (numbers(math.prod(BATCH), 1000 + step) * 4).to(dtype).view(BATCH)
        labels = torch.tensor([(i * 7 + step * 3) % classes for i in range(BATCH[0])])
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def summary(tensor):
    """The largest |element|, the Euclidean norm, and four elements from first to last."""
    flat = tensor.double().reshape(-1)
    places = [i * (len(flat) - 1) // 3 for i in range(4)]
    return [float(f"{value:.9g}") for value in [flat.abs().max().item(), flat.norm().item(), *flat[places].tolist()]]


TYPES = {"F32": torch.float32, "I64": torch.int64}


def read_safetensors(path):
    data = Path(path).read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + size]).items():
        if name != "__metadata__":
            begin, end = (8 + size + offset for offset in entry["data_offsets"])
            flat = torch.frombuffer(bytearray(data[begin:end]), dtype=TYPES[entry["dtype"]])
            tensors[name] = flat.view(entry["shape"])
    return tensors


def write_safetensors(path, tensors):
    header, parts, offset = {}, [], 0
    for name, tensor in tensors.items():
        flat = tensor.detach().reshape(-1).contiguous()
        parts.append(ctypes.string_at(flat.data_ptr(), flat.numel() * flat.element_size()))
        dtype = next(key for key, value in TYPES.items() if value == tensor.dtype)
        header[name] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": [offset, offset + len(parts[-1])]}
        offset += len(parts[-1])
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))


def golden():
    results = {}
    for name, (make, classes) in NETWORKS.items():
        for variant, (dtype, rate) in VARIANTS.items():
            model = make()
            set_weights(model)
            losses = train(model.to(dtype), classes, rate)
            state = {key: summary(value) for key, value in model.state_dict().items()}
            results[f"{name} {variant}"] = {"rate": rate, "losses": losses, "state": state}
    command = "python3 tests/golden/sgd-steps.py > tests/golden/sgd-steps.golden.json"
    text = json.dumps({"torch": torch.__version__, "command": command, "runs": results}, separators=(",", ":"))
    print(text.replace("],", "],\n"))


def live(name, initial, final):
    make, classes = NETWORKS[name]
    model = make()
    model.load_state_dict(read_safetensors(initial))
    print(json.dumps({"torch": torch.__version__, "losses": train(model, classes, RATE)}))
    write_safetensors(final, model.state_dict())


if __name__ == "__main__":
    golden() if len(sys.argv) == 1 else live(*sys.argv[1:])
