"""LSTM, LayerNorm and Embedding in PyTorch: what sequence-layers.test.ts compares Patchwork with.

    python3 tests/golden/sequence-layers.py > tests/golden/sequence-layers.golden.json

What each layer gives, and the gradients of all that went in (inputs, states, parameters) of the outputs' sum with fixed
weights, in float64 and float32. Everything follows from a formula that both sides compute exactly (see sgd-steps.py).
"""
import json
import sys
from importlib import import_module
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))
exchange = import_module("sgd-steps")

LAYERS = {
    "LSTM": lambda: torch.nn.LSTM(3, 5),
    "LSTM, 2 layers, batch first": lambda: torch.nn.LSTM(3, 5, num_layers=2, batch_first=True),
    "LayerNorm": lambda: torch.nn.LayerNorm(6),
    "LayerNorm, 2 dimensions": lambda: torch.nn.LayerNorm([3, 4], eps=0.01),
    "Embedding": lambda: torch.nn.Embedding(7, 3),
    "Embedding, padding": lambda: torch.nn.Embedding(7, 3, padding_idx=2),
}
# Of the LSTM: the input, then the states it starts from, where it is given any.
INPUTS = {
    "LSTM": [[4, 2, 3]],
    "LSTM, 2 layers, batch first": [[2, 4, 3], [2, 2, 5], [2, 2, 5]],
    "LayerNorm": [[2, 5, 6]],
    "LayerNorm, 2 dimensions": [[5, 3, 4]],
}
INDICES = [[0, 2, 6, 2], [5, 0, 0, 1]]


def formula(shape, seed, dtype):
    """In [-1, 1)."""
    return (exchange.numbers(torch.Size(shape).numel(), seed) * 2).view(*shape).to(dtype)


def values(tensor):
    digits = 17 if tensor.dtype == torch.float64 else 9
    return [float(f"{value:.{digits}g}") for value in tensor.detach().reshape(-1).tolist()]


def run(name, dtype):
    layer = LAYERS[name]().to(dtype)
    for seed, parameter in enumerate(layer.parameters()):
        parameter.data.copy_(formula(parameter.shape, seed, dtype))
    shapes = INPUTS.get(name, [])
    inputs = [formula(shape, 100 + i, dtype).requires_grad_() for i, shape in enumerate(shapes)]
    if name.startswith("LSTM"):
        output, (hidden, cell) = layer(inputs[0], tuple(inputs[1:]) or None)
        results = {"output": output, "hidden": hidden, "cell": cell}
    else:
        results = {"output": layer(inputs[0] if inputs else torch.tensor(INDICES))}
    loss = sum((made * formula(made.shape, 200 + i, dtype)).sum() for i, made in enumerate(results.values()))
    loss.backward()
    gradients = {f"input {i}": given.grad for i, given in enumerate(inputs)}
    gradients |= {key: parameter.grad for key, parameter in layer.named_parameters()}
    return {
        "results": {key: values(made) for key, made in results.items()},
        "gradients": {key: values(gradient) for key, gradient in gradients.items()},
    }


def main():
    dtypes = {"float64": torch.float64, "float32": torch.float32}
    layers = {f"{name}: {key}": run(name, dtype) for name in LAYERS for key, dtype in dtypes.items()}
    command = "python3 tests/golden/sequence-layers.py > tests/golden/sequence-layers.golden.json"
    text = json.dumps({"torch": torch.__version__, "command": command, "layers": layers}, separators=(",", ":"))
    print(text.replace("],", "],\n"))


if __name__ == "__main__":
    main()
