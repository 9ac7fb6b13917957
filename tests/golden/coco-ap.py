"""COCO's mean average precision by pycocotools: what coco-ap.test.ts compares Patchwork with.

    pip install pycocotools && python3 tests/golden/coco-ap.py > tests/golden/coco-ap.golden.json

Drawn truths, some of them crowds, and detections near them or anywhere, with many equal scores. Listed image by image,
since pycocotools puts equal scores in the order of their images.
"""
import contextlib
import io
import json
import random

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

IMAGES, CLASSES = 25, 4


def drawn():
    chance = random.Random(0)
    truths, detections = [], []

    def box():
        x, y = chance.randint(0, 80), chance.randint(0, 80)
        return [x, y, x + chance.randint(4, 40), y + chance.randint(4, 40)]

    def near(box):
        x1, y1, x2, y2 = (side + chance.choice([0, 0, 1, -1, 2, -3]) for side in box)
        return [x1, y1, max(x2, x1 + 1), max(y2, y1 + 1)]

    def found(image, label, box):
        detections.append({"image": image, "label": label, "box": box, "score": chance.randint(1, 20) / 20})

    for image in range(1, IMAGES + 1):
        for _ in range(chance.randint(0, 6)):
            # The last class has detections only.
            truth = {"image": image, "label": chance.randint(1, CLASSES - 1), "box": box()}
            if chance.random() < 0.15:
                truth["crowd"] = True
            truths.append(truth)
            for _ in range(chance.randint(0, 3)):
                found(image, truth["label"], near(truth["box"]))
        for _ in range(chance.randint(0, 4)):
            found(image, chance.randint(1, CLASSES), box())
    return truths, detections


def corner_and_size(box):
    x1, y1, x2, y2 = box
    return [x1, y1, x2 - x1, y2 - y1]


def measured(truths, detections):
    coco = COCO()
    coco.dataset = {
        "info": {},
        "images": [{"id": i} for i in range(1, IMAGES + 1)],
        "categories": [{"id": c} for c in range(1, CLASSES + 1)],
        "annotations": [
            {
                "id": i + 1,
                "image_id": truth["image"],
                "category_id": truth["label"],
                "bbox": corner_and_size(truth["box"]),
                "area": corner_and_size(truth["box"])[2] * corner_and_size(truth["box"])[3],
                "iscrowd": int(truth.get("crowd", False)),
            }
            for i, truth in enumerate(truths)
        ],
    }
    coco.createIndex()
    results = coco.loadRes(
        [
            {
                "image_id": one["image"],
                "category_id": one["label"],
                "bbox": corner_and_size(one["box"]),
                "score": one["score"],
            }
            for one in detections
        ]
    )
    evaluation = COCOeval(coco, results, "bbox")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    # [IoU, recall, class, area range, most detections]; -1 where there are no truths.
    return evaluation.eval["precision"][:, :, :, 0, -1], float(evaluation.stats[0])


if __name__ == "__main__":
    truths, detections = drawn()
    with contextlib.redirect_stdout(io.StringIO()):
        precision, mean = measured(truths, detections)
    per_class = [
        None if (precision[:, :, c] < 0).all() else precision[:, :, c].mean(axis=1).tolist() for c in range(CLASSES)
    ]
    print(json.dumps({"truths": truths, "detections": detections, "mean": mean, "perClass": per_class}))
