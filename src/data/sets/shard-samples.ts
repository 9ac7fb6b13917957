/** The samples of a WebDataset shard: which label belongs to which picture. */
import { startBytes } from '../decode/picture-format.ts';
import type { ArchiveMember } from '../picture-location.ts';
import type { LabeledPicture } from './labeled-pictures.ts';
import { PassedOverList } from './passed-over.ts';
import { isPicture, namedAway } from './picture-files.ts';
import { isNumbered, readLabel, type ShardLabel } from './shard-labels.ts';
import { tarEntries } from './tar-index.ts';

/** What of a shard matters, by the members' names without their extensions. */
interface ShardMembers {
  pictures: Map<string, ArchiveMember>;
  labels: Map<string, ShardLabel>;
  /** Texts, which may be captions. */
  texts: Set<string>;
  /** What looks like a picture and cannot be read. */
  lost: { stem: string; name: string; reason: string }[];
}

/**
 * The pictures of a shard with their labels. A picture's label has its name but for the extension (`a.1.jpg`, `a.1.cls`);
 * where none has, WebDataset's rule holds: the two have the same key, which ends at the first dot (`a.input.jpg`,
 * `a.output.cls`). What else has a sample's key belongs to it.
 *
 * @param shard its name in the data set, for what is passed over
 * @throws where a picture has no label or two, or a label two pictures
 */
export function readShard(path: string, shard: string, passedOver: PassedOverList): LabeledPicture[] {
  const members = membersOf(path, shard, passedOver);
  const { pictures, labels } = members;
  const labelOf = new Map<string, string>(
    [...pictures.keys()].filter((stem) => labels.has(stem)).map((stem) => [stem, stem]),
  );
  const samples = new Set(labelOf.keys());
  const unpaired = (stems: Iterable<string>) => groupedByKey([...stems].filter((stem) => !samples.has(stem)));
  const freeLabels = unpaired(labels.keys());
  for (const [key, stems] of unpaired(pictures.keys())) {
    const own = stems.filter((stem) => !isPartOf(stem, samples));
    if (own.length === 0) continue;
    const found = freeLabels.get(key) ?? [];
    if (found.length === 0) throw unlabeled(path, own[0]!, members);
    if (own.length > 1)
      throw twoOf(
        path,
        'picture',
        own.map((stem) => pictures.get(stem)!.name),
      );
    if (found.length > 1)
      throw twoOf(
        path,
        'label',
        found.map((stem) => labels.get(stem)!.file),
      );
    labelOf.set(own[0]!, found[0]!);
    samples.add(key);
  }
  countOthers(members, samples, new Set(labelOf.values()), (name) => `${shard}: ${name}`, passedOver);
  return Array.from(pictures).flatMap(([stem, member]) => {
    const label = labels.get(labelOf.get(stem) ?? '');
    if (label === undefined) {
      passedOver.ignore(otherMember, `${shard}: ${member.name}`);
      return [];
    }
    if (label.text === undefined) throw new Error(label.problem);
    return [{ location: { path, member }, className: label.text }];
  });
}

const otherMember = 'another member of a sample';

function countOthers(
  { labels, lost }: ShardMembers,
  samples: ReadonlySet<string>,
  used: ReadonlySet<string>,
  named: (name: string) => string,
  passedOver: PassedOverList,
): void {
  const lostStems = new Set(lost.map(({ stem }) => stem));
  for (const { stem, name, reason } of lost) {
    if (isPartOf(stem, samples)) passedOver.ignore(otherMember, named(name));
    else passedOver.lose(reason, named(name));
  }
  for (const [stem, { file }] of labels) {
    if (used.has(stem) || lostStems.has(stem)) continue;
    if (isPartOf(stem, samples)) passedOver.ignore(otherMember, named(file));
    else passedOver.lose('a label without a picture', named(file));
  }
}

function membersOf(path: string, shard: string, passedOver: PassedOverList): ShardMembers {
  const found: ShardMembers = { pictures: new Map(), labels: new Map(), texts: new Set(), lost: [] };
  for (const entry of tarEntries(path)) {
    const { name } = entry.member;
    const away = name.split('/').map((part) => (/^\.?$/.test(part) ? undefined : namedAway(part)));
    const reason = away.find((one) => one !== undefined);
    const { stem, extension } = taken(name);
    if (reason !== undefined) passedOver.ignore(reason, `${shard}: ${name}`);
    else if (entry.special !== undefined) found.lost.push({ stem, name, reason: entry.special });
    else if (extension === 'cls' || extension === 'json') addLabel(path, stem, readLabel(path, entry), found.labels);
    else {
      if (extension === 'txt') found.texts.add(stem);
      const judged = new PassedOverList();
      if (isPicture(name, () => entry.read(startBytes), judged)) addPicture(path, stem, entry.member, found.pictures);
      for (const { reason: why, isLoss } of judged.list()) {
        if (isLoss) found.lost.push({ stem, name, reason: why });
        else passedOver.ignore(why, `${shard}: ${name}`);
      }
    }
  }
  return found;
}

function addPicture(path: string, stem: string, member: ArchiveMember, pictures: Map<string, ArchiveMember>): void {
  const other = pictures.get(stem);
  if (other !== undefined) throw twoOf(path, 'picture', [other.name, member.name]);
  pictures.set(stem, member);
}

/** A class beside a JSON counts, since JSON tells many things; but not where it says another number. */
function addLabel(path: string, stem: string, label: ShardLabel, labels: Map<string, ShardLabel>): void {
  const other = labels.get(stem);
  const [text, otherText] = [label.text ?? '', other?.text ?? ''];
  const isAnother = isNumbered(text) && isNumbered(otherText) && text !== otherText;
  const isJson = (file: string) => /\.json$/i.test(file);
  if (other !== undefined && (isJson(label.file) === isJson(other.file) || isAnother)) {
    throw twoOf(path, 'label', [other.file, label.file]);
  }
  if (other === undefined || isJson(other.file)) labels.set(stem, label);
}

function twoOf(path: string, what: 'picture' | 'label', names: readonly string[]): Error {
  return new Error(
    `${path}: expected one ${what} of a key, got ${names.slice(0, 2).join(' and ')}; pack the shard again`,
  );
}

function unlabeled(path: string, stem: string, { pictures, texts }: ShardMembers): Error {
  const got = texts.has(stem) ? `${stem}.txt, which may be any text` : 'neither';
  return new Error(
    `${path}: expected ${stem}.cls or ${stem}.json beside ${pictures.get(stem)!.name}, got ${got}; pack the shard again`,
  );
}

/** A member's name without and with its extension in small letters; `./a` is `a`. */
function taken(name: string): { stem: string; extension: string } {
  const plain = name.replace(/^(\.\/+)+/, '');
  const dot = plain.lastIndexOf('.');
  if (dot <= plain.lastIndexOf('/')) return { stem: plain, extension: '' };
  return { stem: plain.slice(0, dot), extension: plain.slice(dot + 1).toLowerCase() };
}

/** By WebDataset's key, which ends at the first dot of the file's name. */
function groupedByKey(stems: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const stem of stems) {
    const key = stem.slice(0, dotsOf(stem)[0]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [stem]);
    else group.push(stem);
  }
  return groups;
}

/** Whether a name is that of a sample, or one with more behind a dot. */
function isPartOf(stem: string, samples: ReadonlySet<string>): boolean {
  return samples.has(stem) || dotsOf(stem).some((dot) => samples.has(stem.slice(0, dot)));
}

/** Where the dots of the file's name are. */
function dotsOf(stem: string): number[] {
  const start = stem.lastIndexOf('/') + 1;
  return Array.from(stem.slice(start).matchAll(/\./g), ({ index }) => start + index);
}
