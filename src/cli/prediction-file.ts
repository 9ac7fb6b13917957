/** What a network says of pictures, written as it comes: a line for each picture. */
import { extname } from 'node:path';
import type { ClassifiedPicture } from '../evaluate/index.ts';
import { csvLine, GrowingFile } from '../files/index.ts';

/** How a kind of file says it: the line that it begins with, and the line of a picture. */
interface PredictionFormat {
  heading(topK: number): string;
  row(result: ClassifiedPicture, topK: number): string;
}

const formats: Readonly<Record<string, PredictionFormat>> = {
  '.csv': {
    heading(topK) {
      const ranked = Array.from({ length: topK - 1 }, (_, n) => [`class${n + 2}`, `probability${n + 2}`]);
      return csvLine(['path', 'class', 'probability', ...ranked.flat(), 'error']);
    },
    row({ path = '', top = [], error = '' }, topK) {
      const said = Array.from({ length: topK }, (_, rank) => {
        const one = top[rank];
        return one === undefined ? ['', ''] : [one.name, Number(one.probability.toPrecision(6))];
      });
      return csvLine([path, ...said.flat(), error]);
    },
  },
  '.jsonl': {
    heading: () => '',
    row: (result) => `${JSON.stringify(result)}\n`,
  },
};

/** A file of predictions. */
export class PredictionFile extends GrowingFile {
  readonly #format: PredictionFormat;
  readonly #topK: number;

  /**
   * @param path ends in `.csv` or `.jsonl`
   * @param topK the most classes that are told of a picture
   * @throws where it ends in something else or cannot be written
   */
  constructor(path: string, topK: number) {
    const format = formatOf(path);
    super(path, format.heading(topK));
    this.#format = format;
    this.#topK = topK;
  }

  add(result: ClassifiedPicture): void {
    this.write(this.#format.row(result, this.#topK));
  }
}

function formatOf(path: string): PredictionFormat {
  const format = formats[extname(path).toLowerCase()];
  if (format !== undefined) return format;
  throw new Error(`--out: expected a file that ends in ${Object.keys(formats).join(' or ')}, got ${path}`);
}
