/**
 * The dead letters in a spool's directory, as the client writes them (one JSON object a line), and how they are taken
 * away from under a client that runs: by renaming the file, upon which the client begins a new one.
 */
import { existsSync, readdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeadLetter } from '@countinghouse/client';

export interface Selection {
  readonly id?: string | undefined;
  readonly code?: string | undefined;
}

export interface DeadLetterLine {
  readonly text: string;
  /** Null for a line that cannot be read: it is never lost, and never selected. */
  readonly letter: DeadLetter | null;
}

export function listDeadLetters(directory: string): DeadLetterLine[] {
  return filesIn(directory).flatMap((path) => readLines(path));
}

export function isSelected({ letter }: DeadLetterLine, { id, code }: Selection): boolean {
  return (
    letter !== null && (id === undefined || letter.id === id) && (code === undefined || letter.code === code)
  );
}

/**
 * Hands the selected letters, file by file, to `work` and removes them when it resolves; when it rejects they stay.
 * Killed in between they stay too.
 */
export async function takeDeadLetters(
  directory: string,
  selection: Selection,
  work: (letters: readonly DeadLetter[]) => Promise<void>,
): Promise<number> {
  let taken = 0;
  for (const path of filesIn(directory)) {
    const aside = setAside(path);
    const lines = readLines(aside);
    const letters = lines.flatMap((line) =>
      line.letter && isSelected(line, selection) ? [line.letter] : [],
    );
    if (letters.length > 0) await work(letters);
    taken += letters.length;
    const kept = lines.filter((line) => !isSelected(line, selection));
    if (kept.length === 0) unlinkSync(aside);
    else if (letters.length > 0) replaceFile(aside, kept.map(({ text }) => `${text}\n`).join(''));
  }
  return taken;
}

function filesIn(directory: string): string[] {
  const names = readdirSync(directory).filter((name) => /^dead-letters.*\.ndjson$/.test(name));
  return names.sort().map((name) => join(directory, name));
}

/** Under a name that no client writes to; one that was taken before keeps its own. */
function setAside(path: string): string {
  if (/\.taken-\d+\.ndjson$/.test(path)) return path;
  for (let number = 1; ; number += 1) {
    const aside = path.replace(/\.ndjson$/, `.taken-${number}.ndjson`);
    if (existsSync(aside)) continue;
    renameSync(path, aside);
    return aside;
  }
}

function readLines(path: string): DeadLetterLine[] {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((text) => ({ text, letter: readLetter(text) }));
}

function readLetter(text: string): DeadLetter | null {
  try {
    const letter = JSON.parse(text) as DeadLetter;
    return typeof letter.id === 'string' && typeof letter.event === 'object' ? letter : null;
  } catch {
    return null;
  }
}

function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}
