"""The mixing methods as their authors' code has them, on a batch of 64x3xSIDExSIDE: what mixing.ts is measured against."""
import numpy as np
import torch


def box(side, share):
    """The official CutMix code's rand_bbox: a box of about 1 - share of the image, clipped."""
    cut = int(side * np.sqrt(1.0 - share))
    cx, cy = np.random.randint(side), np.random.randint(side)
    x1, x2 = np.clip([cx - cut // 2, cx + cut // 2], 0, side)
    y1, y2 = np.clip([cy - cut // 2, cy + cut // 2], 0, side)
    return x1, y1, x2, y2


def cutmix(images):
    order = torch.randperm(len(images))
    x1, y1, x2, y2 = box(images.shape[2], np.random.beta(1.0, 1.0))
    images[:, :, x1:x2, y1:y2] = images[order, :, x1:x2, y1:y2]
    return images


def cutmix_samples(images):
    order, before = torch.randperm(len(images)), images.clone()
    for n in range(len(images)):
        x1, y1, x2, y2 = box(images.shape[2], np.random.beta(1.0, 1.0))
        images[n, :, x1:x2, y1:y2] = before[order[n], :, x1:x2, y1:y2]
    return images


def mixup(images):
    share, order = np.random.beta(1.0, 1.0), torch.randperm(len(images))
    return share * images + (1 - share) * images[order, :]


def mixup_samples(images):
    share = torch.from_numpy(np.random.beta(1.0, 1.0, size=(len(images), 1, 1, 1))).float()
    order = torch.randperm(len(images))
    return share * images + (1 - share) * images[order, :]


def cutout(images):
    """Slices instead of the authors' masks, which cost several times as much."""
    side = images.shape[2]
    for n in range(len(images)):
        cx, cy = np.random.randint(side), np.random.randint(side)
        x1, x2 = np.clip([cx - side // 4, cx + side // 4], 0, side)
        y1, y2 = np.clip([cy - side // 4, cy + side // 4], 0, side)
        images[n, :, x1:x2, y1:y2] = 0
    return images


def feature_cutmix(maps):
    """As an image's, but of a new map, since a gradient flows through the old one."""
    return cutmix(maps.clone())


METHODS = {
    "cutmix": cutmix,
    "cutmix-samples": cutmix_samples,
    "mixup": mixup,
    "mixup-samples": mixup_samples,
    "cutout": cutout,
    "manifold-mixup": mixup,
    "feature-cutmix": feature_cutmix,
}


def mixing(what):
    method, side = what.split("@")
    images = torch.randn(64, 3, int(side), int(side))
    return lambda: METHODS[method](images)
