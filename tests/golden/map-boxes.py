"""Boxes of class maps by OpenCV, as wsolevaluation makes them: what map-boxes.test.ts compares Patchwork with.

    pip install opencv-python-headless && python3 tests/golden/map-boxes.py > tests/golden/map-boxes.golden.json

Maps of 14 x 14 that are sums of hills, as class maps are, resized to 96 x 64. Of each the box of the largest contour at
every hundredth: inclusive corners, the last ones a pixel further but inside the map (Choe et al. 2020,
github.com/clovaai/wsolevaluation, evaluation.py).
"""
import json

import cv2
import numpy

MAPS, SIDE, WIDTH, HEIGHT = 24, 14, 96, 64


def hills(random):
    y, x = numpy.mgrid[:SIDE, :SIDE]
    total = numpy.zeros((SIDE, SIDE))
    for _ in range(random.integers(1, 5)):
        (cx, cy), (wx, wy) = random.uniform(0, SIDE, 2), random.uniform(1, 5, 2)
        total += random.uniform(0.3, 1) * numpy.exp(-(((x - cx) / wx) ** 2) - ((y - cy) / wy) ** 2)
    return numpy.round(total, 3).astype(numpy.float32)


def boxes(score):
    resized = cv2.resize(score, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    shifted = resized - resized.min()
    levels = (shifted / shifted.max() * 255).astype(numpy.uint8)
    for hundredth in range(100):
        _, mask = cv2.threshold(levels, int(hundredth / 100 * levels.max()), 255, cv2.THRESH_BINARY)
        contours = cv2.findContours(mask, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)[0]
        x, y, w, h = cv2.boundingRect(max(contours, key=cv2.contourArea))
        yield [x, y, min(x + w, WIDTH - 1), min(y + h, HEIGHT - 1)]


if __name__ == "__main__":
    random = numpy.random.default_rng(0)
    maps = [hills(random) for _ in range(MAPS)]
    golden = [
        {"map": [round(float(value), 3) for value in score.ravel()], "boxes": list(boxes(score))} for score in maps
    ]
    print(json.dumps({"from": [SIDE, SIDE], "to": [HEIGHT, WIDTH], "maps": golden}))
