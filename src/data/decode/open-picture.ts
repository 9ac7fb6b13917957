import type { Size } from '../../geometry/index.ts';
import type { PicturePlan } from './picture-plan.ts';

/** A picture whose header was read. */
export interface OpenPicture {
  /** As it is seen. */
  size: Size;
  /** Writes planes of red, green and blue of what the plan shows: upright, not yet mirrored, colors as they are. */
  show(plan: PicturePlan, target: Uint8Array): void | Promise<void>;
}
