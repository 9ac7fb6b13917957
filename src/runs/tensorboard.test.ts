import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { crc32c, EventFile } from './tensorboard.ts';

const folder = mkdtempSync(join(tmpdir(), 'patchwork-events-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** CRC-32C one bit at a time, from the definition. */
function plainCrc(bytes: Uint8Array): bigint {
  let crc = 0xffffffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1n) ^ (crc & 1n ? 0x82f63b78n : 0n);
  }
  return crc ^ 0xffffffffn;
}

function plainMask(crc: bigint): bigint {
  return (((crc >> 15n) | (crc << 17n)) + 0xa282ead8n) & 0xffffffffn;
}

/** The payloads of a TFRecord file, each checked. */
function readRecords(path: string): Buffer[] {
  const records: Buffer[] = [];
  const bytes = readFileSync(path);
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    expect(BigInt(bytes.readUInt32LE(at + 8))).toBe(plainMask(plainCrc(bytes.subarray(at, at + 8))));
    const payload = bytes.subarray(at + 12, at + 12 + length);
    expect(BigInt(bytes.readUInt32LE(at + 12 + length))).toBe(plainMask(plainCrc(payload)));
    records.push(payload);
    at += length + 16;
  }
  return records;
}

type Field = number | Buffer;

/** A protobuf message as its fields by number: varints and floats as numbers, everything else as bytes. */
function decode(bytes: Buffer): Record<number, Field> {
  const fields: Record<number, Field> = {};
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  const skip = (length: number) => {
    at += length;
    return at - length;
  };
  while (at < bytes.length) {
    const tag = varint();
    const kind = tag & 7;
    if (kind === 0) fields[tag >> 3] = varint();
    if (kind === 1) fields[tag >> 3] = bytes.readDoubleLE(skip(8));
    if (kind === 5) fields[tag >> 3] = bytes.readFloatLE(skip(4));
    if (kind === 2) {
      const start = skip(varint());
      fields[tag >> 3] = bytes.subarray(start, at);
    }
  }
  return fields;
}

const inner = (field: Field | undefined) => decode(field as Buffer);
const textOf = (field: Field | undefined) => String(field);

describe('a TensorBoard event file', () => {
  it('has the checksum of the published test vector', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  });

  it('starts with its version and holds scalars with their tag, value, step and time', () => {
    const events = new EventFile(folder, { now: () => 1234.5 });
    events.scalar('loss/train', 0.75, 300);
    events.scalar('loss/train', Number.NaN, 2 ** 40);
    events.close();
    const [version, scalar, nan, ...more] = readRecords(events.path).map(decode);
    expect(textOf(version?.[3])).toBe('brain.Event:2');
    expect(scalar).toMatchObject({ 1: 1234.5, 2: 300 });
    const value = inner(inner(scalar?.[5])[1]);
    expect(textOf(value[1])).toBe('loss/train');
    expect(value[2]).toBe(0.75);
    expect(nan?.[2]).toBe(2 ** 40);
    expect(inner(inner(nan?.[5])[1])[2]).toBeNaN();
    expect(more).toEqual([]);
  });

  it('holds pictures with their size', async () => {
    const png = await sharp({ create: { width: 7, height: 5, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const events = new EventFile(folder);
    events.image('mixed batch', png, 1);
    events.close();
    const value = inner(inner(decode(readRecords(events.path)[1]!)[5])[1]);
    const image = inner(value[4]);
    expect(image).toMatchObject({ 1: 5, 2: 7, 3: 3 });
    expect((image[4] as Buffer).equals(png)).toBe(true);
    expect(() => new EventFile(folder).image('x', Buffer.from('GIF89a, and more than 26 bytes'), 1)).toThrow(/PNG/);
  });

  it('tells TensorBoard, when a run is resumed, to forget that step and later ones', () => {
    const events = new EventFile(folder, { purgeStep: 41 });
    events.close();
    const session = decode(readRecords(events.path)[1]!);
    expect(session[2]).toBe(41);
    expect(inner(session[7])).toEqual({ 1: 1 });
  });

  it('gives every file of a process its own name', () => {
    const now = () => 5;
    expect(new EventFile(folder, { now }).path).not.toBe(new EventFile(folder, { now }).path);
  });
});
