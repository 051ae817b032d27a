/** What `countinghouse doctor` prints, made of what it found. It looks at nothing itself. */
import type { DataFolderReport } from '../storage/data-folder/inspect-data-folder.ts';
import type { DataFolderPlaces } from '../storage/data-folder/open-data-folder.ts';
import { isRefused, type SegmentReport } from '../storage/journal/inspect-journal.ts';
import type { SetAside } from '../storage/journal/set-aside.ts';
import { groupThousands, renderTable } from './table.ts';

/** In the data folder. */
export const setAsideFolder = 'journal-set-aside';

/** `withAdvice`: also what can be done about what is wrong. */
export function describeFindings(
  places: DataFolderPlaces,
  report: DataFolderReport,
  segments: readonly SegmentReport[],
  withAdvice: boolean,
): string {
  const parts = [describeFolder(places, report, segments)];
  if (segments.length > 0) parts.push(describeSegments(segments));
  if (report.recordsFault !== null) parts.push(`The records file is no good: ${report.recordsFault}.`);
  const refused = segments.filter(isRefused);
  const isHealthy = refused.length === 0 && report.recordsFault === null;
  if (isHealthy) parts.push('Nothing is wrong.');
  if (withAdvice && report.recordsFault !== null) parts.push(recordsAdvice);
  if (withAdvice && refused.length > 0) parts.push(adviseJournal(places, segments));
  return parts.join('\n\n');
}

function describeFolder(
  { directory }: DataFolderPlaces,
  { format, recordsBytes, usage, quarantineBytes }: DataFolderReport,
  segments: readonly SegmentReport[],
): string {
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const lines = [
    `data folder  ${directory}`,
    `stamp        format ${format}`,
    'lock         free: no server has it open',
    `records      ${recordsBytes === null ? 'not made yet' : sizeText(recordsBytes)}`,
    `usage        ${usage.files === 0 ? 'not made yet' : `${count(usage.files, 'file')}, ${sizeText(usage.bytes)}`}`,
    `journal      ${count(segments.length, 'segment')}, ${entriesText(entriesOf(segments))}, ${sizeText(bytes)}`,
  ];
  if (quarantineBytes !== null) lines.push(`quarantine   ${sizeText(quarantineBytes)}`);
  return lines.join('\n');
}

function describeSegments(segments: readonly SegmentReport[]): string {
  const rows = segments.map((segment) => [
    segment.name,
    groupThousands(`${segment.entries}`),
    groupThousands(`${segment.bytes}`),
    stateOf(segment),
  ]);
  return renderTable(
    [
      { title: 'segment', align: 'left' },
      { title: 'entries', align: 'right' },
      { title: 'bytes', align: 'right' },
      { title: 'state', align: 'left' },
    ],
    rows,
  );
}

function stateOf({ fault }: SegmentReport): string {
  if (fault === null) return 'whole';
  if (fault.kind === 'torn')
    return `whole up to byte ${fault.offset}: ${fault.reason}, the next start cuts it off`;
  if (fault.kind === 'newer') return `NEWER: ${fault.reason}`;
  return `DAMAGED at byte ${fault.offset}: ${fault.reason}`;
}

const recordsAdvice = 'Put a backup of the records file in its place: without it the server does not start.';

function adviseJournal({ directory }: DataFolderPlaces, segments: readonly SegmentReport[]): string {
  if (segments.some(({ fault }) => fault?.kind === 'newer')) {
    return 'Use the newer version of Countinghouse that wrote this journal.';
  }
  const at = segments.findIndex(isRefused);
  const kept = entriesOf(segments.slice(0, at + 1));
  const later = segments.length - at - 1;
  const moved = `${segments[at]?.name}${later === 0 ? '' : ` and the ${count(later, 'segment')} behind it`}`;
  return [
    'The server does not start on a damaged journal: what it holds was acknowledged and may not be in the usage',
    'store yet. If the disk itself is failing, copy the folder to another one first. Then either',
    '',
    `  put an undamaged copy of ${segments[at]?.name} in its place, or run`,
    '',
    `  countinghouse doctor --data ${directory} --set-aside`,
    '',
    `which keeps ${entriesText(kept)} before the damage and moves ${moved}`,
    `to ${directory}/${setAsideFolder}/TIME/. What is set aside was acknowledged: it must be sent again (what was`,
    'stored already is not counted twice) or salvaged from there. Nothing is deleted.',
  ].join('\n');
}

export function describeSetAside(target: string, { names, keptEntries }: SetAside): string {
  return [
    `Set aside in ${target}:`,
    ...names.map((name) => `  ${name}`),
    `The journal keeps ${entriesText(keptEntries)} before the damage. What is set aside was acknowledged: send it`,
    'again (what was stored already is not counted twice), or salvage it from there.',
  ].join('\n');
}

function entriesOf(segments: readonly SegmentReport[]): number {
  return segments.reduce((sum, { entries }) => sum + entries, 0);
}

function entriesText(entries: number): string {
  return count(entries, 'entry', 'entries');
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${groupThousands(`${number}`)} ${number === 1 ? one : many}`;
}

const kibibyte = 1024;

function sizeText(bytes: number): string {
  if (bytes < kibibyte) return count(bytes, 'byte');
  const isSmall = bytes < kibibyte * kibibyte;
  const size = Math.ceil(bytes / (isSmall ? kibibyte : kibibyte * kibibyte));
  return `${groupThousands(`${size}`)} ${isSmall ? 'KiB' : 'MiB'}`;
}
