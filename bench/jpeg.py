"""torchvision's input pipeline as its documentation has it: what jpeg.ts is measured against."""
import os
import time

import torch
from torchvision import datasets, transforms

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "build", "bench-jpegs")
BATCH_SIZE = 64
WARMUP_STEPS = 5


def jpeg_rate(seconds):
    transform = transforms.Compose([
        transforms.RandomResizedCrop(224),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]),
    ])
    pictures = datasets.ImageFolder(FOLDER, transform)
    loader = torch.utils.data.DataLoader(
        pictures, batch_size=BATCH_SIZE, shuffle=True, num_workers=2, drop_last=True, persistent_workers=True)
    steps = 0
    while True:
        for _images, _labels in loader:
            steps += 1
            if steps == WARMUP_STEPS:
                start = time.perf_counter()
            if steps > WARMUP_STEPS and time.perf_counter() - start >= seconds:
                return (steps - WARMUP_STEPS) * BATCH_SIZE / (time.perf_counter() - start)
