/** What became of an import, counted while it runs and told at its end. It decides nothing but the exit code. */
import type { Change } from './put-record.ts';
import { renderTable } from './table.ts';

export interface ImportProblem {
  /** Where in the file; 0 for the whole file. */
  readonly place: number;
  readonly reason: string;
}

export interface ImportReport {
  count(kind: string, change: Change): void;
  addProblem(problem: ImportProblem): void;
  describe(): string;
  /** 0 when anything is on the server as the file wants it, else 1. */
  exitCode(): number;
}

const changes: readonly Change[] = ['created', 'changed', 'unchanged'];

/** `kinds` are what is counted, one row each; `placeName` is what a place is called: `line`, `entry`. */
export function makeImportReport(file: string, kinds: readonly string[], placeName: string): ImportReport {
  const counts = new Map(kinds.map((kind) => [kind, { created: 0, changed: 0, unchanged: 0 }]));
  const problems: ImportProblem[] = [];
  return {
    count(kind, change) {
      const row = counts.get(kind);
      if (row) row[change] += 1;
    },
    addProblem: (problem) => {
      problems.push(problem);
    },
    describe() {
      const rows = [...counts].map(([kind, row]) => [kind, ...changes.map((change) => `${row[change]}`)]);
      const titles = changes.map((title) => ({ title, align: 'right' }) as const);
      const table = renderTable([{ title: '', align: 'left' }, ...titles], rows);
      return [file, table, ...describeProblems(problems, placeName)].join('\n');
    },
    exitCode: () => ([...counts.values()].some((row) => changes.some((change) => row[change] > 0)) ? 0 : 1),
  };
}

function describeProblems(problems: readonly ImportProblem[], placeName: string): string[] {
  if (problems.length === 0) return [];
  const lines = problems
    .toSorted((a, b) => a.place - b.place)
    .map(({ place, reason }) => `  ${place === 0 ? 'file' : `${placeName} ${place}`}: ${reason}`);
  return [`${problems.length} not imported:`, ...lines];
}
