import { cocoAveragePrecision, type Detection, type GroundTruth, meanAveragePrecision } from '../src/metrics/index.ts';
import { type RandomStream, stream } from '../src/random/index.ts';

const size = { images: 5000, truths: 36_000, detections: 500_000, classes: 80 };

/** Seconds that mean average precision takes on one core for as many boxes as COCO's 5,000 validation images have. */
export function mapSeconds(iouThresholds: number | readonly number[]): number {
  const { detections, truths } = drawBoxes(stream(0, 'bench', 'map'));
  const start = performance.now();
  meanAveragePrecision(detections, truths, { ...cocoAveragePrecision, iouThresholds });
  return (performance.now() - start) / 1000;
}

/** Truths anywhere; of the detections every tenth is a truth moved a little, the others are anywhere too. */
function drawBoxes(random: RandomStream): { detections: Detection[]; truths: GroundTruth[] } {
  const anywhere = () => ({
    image: random.integer(size.images),
    label: random.integer(size.classes),
    box: boxAt(random, 560 * random.uniform(), 400 * random.uniform(), 80),
  });
  const truths = Array.from({ length: size.truths }, (_, i) => ({ ...anywhere(), crowd: i % 100 === 0 }));
  const detections = Array.from({ length: size.detections }, (_, i) => {
    if (i % 10 > 0) return { ...anywhere(), score: 0.7 * random.uniform() };
    const { image, label, box } = truths[random.integer(truths.length)]!;
    const moved = boxAt(random, box[0] + random.normal(), box[1] + random.normal(), box[2] - box[0]);
    return { image, label, box: moved, score: 0.3 + 0.7 * random.uniform() };
  });
  return { detections, truths };
}

function boxAt(random: RandomStream, x: number, y: number, side: number) {
  return [x, y, x + side * (0.8 + 0.4 * random.uniform()), y + side * (0.8 + 0.4 * random.uniform())] as const;
}
