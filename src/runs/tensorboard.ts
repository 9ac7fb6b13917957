import { closeSync, fsyncSync, openSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { FullDiskError, isFullDisk, writeFully } from '../files/index.ts';

export interface EventFileOptions {
  /**
   * The first step that this file will hold, where a run is resumed: TensorBoard then forgets what earlier files said
   * of that step and later ones. Default: none.
   */
  purgeStep?: number;
  /** The time in seconds since 1970. Default: the system's clock. */
  now?: () => number;
}

let filesStarted = 0;

/**
 * A TensorBoard event file: TFRecords (length, masked CRC-32C, bytes, masked CRC-32C), each a protobuf `Event`.
 * Source: tensorflow/core/util/event.proto, framework/summary.proto, lib/io/record_writer.cc.
 */
export class EventFile {
  readonly path: string;
  readonly #file: number;
  readonly #now: () => number;

  /** Starts a new file in a folder, which TensorBoard reads together with those already there. */
  constructor(folder: string, { purgeStep, now = () => Date.now() / 1000 }: EventFileOptions = {}) {
    this.#now = now;
    // Seconds first: TensorBoard reads a folder's files in the order of their names.
    const name = `events.out.tfevents.${Math.floor(now())}.${hostname()}.${process.pid}.${filesStarted++}`;
    this.path = join(folder, name);
    this.#file = openSync(this.path, 'a');
    // Field 3: the version, which must come first. Field 7: a session's status, 1 for its start.
    this.#event(0, (event) => event.tag(3, WireType.LengthDelimited).string('brain.Event:2'));
    if (purgeStep !== undefined) {
      this.#event(purgeStep, (event) => message(event, 7, (session) => session.tag(1, WireType.Varint).int32(1)));
    }
  }

  /** One point of the curve named `tag`; names with a common part before `/` are drawn together. */
  scalar(tag: string, value: number, step: number): void {
    this.#summary(tag, step, (summaryValue) => summaryValue.tag(2, WireType.Bit32).float(value));
  }

  /** A picture, as the bytes of a PNG file. */
  image(tag: string, png: Uint8Array, step: number): void {
    const { width, height, channels } = pngHeader(png);
    this.#summary(tag, step, (summaryValue) =>
      message(summaryValue, 4, (image) => {
        image.tag(1, WireType.Varint).int32(height);
        image.tag(2, WireType.Varint).int32(width);
        image.tag(3, WireType.Varint).int32(channels);
        image.tag(4, WireType.LengthDelimited).bytes(png);
      }),
    );
  }

  close(): void {
    fsyncSync(this.#file);
    closeSync(this.#file);
  }

  #summary(tag: string, step: number, write: (summaryValue: BinaryWriter) => void): void {
    this.#event(step, (event) =>
      message(event, 5, (summary) =>
        message(summary, 1, (summaryValue) => {
          summaryValue.tag(1, WireType.LengthDelimited).string(tag);
          write(summaryValue);
        }),
      ),
    );
  }

  #event(step: number, write: (event: BinaryWriter) => void): void {
    const event = new BinaryWriter();
    event.tag(1, WireType.Bit64).double(this.#now());
    event.tag(2, WireType.Varint).int64(step);
    write(event);
    try {
      writeFully(this.#file, frame(event.finish()));
    } catch (error) {
      throw isFullDisk(error) ? new FullDiskError(this.path, error) : error;
    }
  }
}

/** A message within a message: its bytes, preceded by how many there are. */
function message(writer: BinaryWriter, field: number, write: (inner: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}

/** A TFRecord. */
function frame(bytes: Uint8Array): Uint8Array {
  const record = new Uint8Array(8 + 4 + bytes.length + 4);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(bytes.length), true);
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true);
  record.set(bytes, 12);
  view.setUint32(12 + bytes.length, maskedCrc(bytes), true);
  return record;
}

/** Rotated and shifted, since the checksum of bytes that hold checksums would be weak. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

// CRC-32C (Castagnoli), reflected polynomial: the checksum of each possible byte.
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/** The CRC-32C checksum of some bytes. zlib's `crc32` is another polynomial. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const channelsOfColorType: Record<number, number> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

/** The size of a picture, from the first chunk of its PNG file. */
function pngHeader(png: Uint8Array): { width: number; height: number; channels: number } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const isPng = png.length >= 26 && view.getUint32(0) === 0x89504e47 && view.getUint32(4) === 0x0d0a1a0a;
  if (!isPng) throw new Error('tensorboard: expected the bytes of a PNG file, got something else');
  return { width: view.getUint32(16), height: view.getUint32(20), channels: channelsOfColorType[png[25]!] ?? 3 };
}
