/** Judges every import of the sources by the list in import-rights.ts. Knows no other rule. */
import { posix } from 'node:path';
import { type Exception, exceptions, type Zone, zones } from './import-rights.ts';
import { type Breach, lineAt, type SourceFile } from './source-file.ts';

interface Import {
  readonly target: string;
  readonly line: number;
}

const importPattern =
  /(?:^|[;\s])(?:import|export)\s+(?:type\s+)?(?:[\w$*{}\s,]+\s+from\s+)?'([^'\n]+)'|\bimport\s*\(\s*'([^'\n]+)'/g;

export function importsOf({ uncommented }: SourceFile): Import[] {
  return [...uncommented.matchAll(importPattern)].map((match) => ({
    target: match[1] ?? match[2] ?? '',
    line: lineAt(uncommented, match.index + match[0].length),
  }));
}

/** Breaches of the list, and exceptions that nothing uses. */
export function importBreaches(
  files: readonly SourceFile[],
  allowed: readonly Exception[] = exceptions,
): Breach[] {
  const used = new Set<Exception>();
  const breaches = files
    .filter(({ isTest, path }) => !isTest && /^(src|packages)\//.test(path))
    .flatMap((file) => importsOf(file).flatMap((one) => judge(file.path, one, allowed, used)));
  const unused = allowed.filter((exception) => !used.has(exception));
  const stale = unused.map(({ from, to }) => ({
    path: 'test/tidy/import-rights.ts',
    line: 1,
    message: `the exception ${from} → ${to} is used by nothing: delete it`,
  }));
  return [...breaches, ...stale];
}

function judge(
  path: string,
  { target, line }: Import,
  allowed: readonly Exception[],
  used: Set<Exception>,
): Breach[] {
  const isRelative = target.startsWith('.');
  if (isRelative && !/\.(ts|tsx|js|css)$/.test(target)) {
    return [{ path, line, message: `'${target}' must end in its file's name: write '${target}.ts'` }];
  }
  const zone = zoneOf(path);
  const to = isRelative ? posix.join(posix.dirname(path), target) : target;
  if (isAllowed(zone, to)) return [];
  const exception = allowed.find((one) => within(one.from, path) && within(one.to, to));
  if (exception !== undefined) {
    used.add(exception);
    return [];
  }
  return [{ path, line, message: refusal(path, zone, to) }];
}

function refusal(path: string, zone: Zone | undefined, to: string): string {
  if (zone === undefined)
    return `imports ${to}, but its folder has no rights: add it to test/tidy/import-rights.ts`;
  const rights = zone.mayImport.length === 0 ? 'nothing of ours' : zone.mayImport.join(', ');
  const instead = `${zone.path} may import ${rights}; pass ${posix.basename(to)} in, or move what is needed`;
  return `${path} must not import ${to}: ${instead}`;
}

function zoneOf(path: string): Zone | undefined {
  const fitting = zones.filter((zone) => within(zone.path, path));
  return fitting.sort((a, b) => b.path.length - a.path.length)[0];
}

/** A right to a folder is no right to a folder in it that is a zone of its own: ports are not adapters. */
function isAllowed(zone: Zone | undefined, to: string): boolean {
  const target = zoneOf(to);
  if (target !== undefined) return target === zone || (zone?.mayImport.includes(target.path) ?? false);
  if (to.startsWith('node:')) return zone?.mayImport.includes('node:') ?? false;
  if (to.startsWith('@countinghouse/')) return zone?.mayImport.includes(to) ?? false;
  return zone?.mayImport.some((right) => within(right, to)) ?? false;
}

function within(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
