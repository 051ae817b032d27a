/** Values that a statement is built with, each under a name of its own, so that parts of it can be built apart. */
import type { ParameterValue } from '../connection.ts';

export interface Placeholders {
  /** The placeholder that stands for the value; literals.ts says which types there are. */
  put(type: string, value: ParameterValue): string;
  readonly params: Record<string, ParameterValue>;
}

export function makePlaceholders(prefix = 'v'): Placeholders {
  const params: Record<string, ParameterValue> = {};
  let count = 0;
  return {
    params,
    put(type, value) {
      const name = `${prefix}${count}`;
      count += 1;
      params[name] = value;
      return `{${name}:${type}}`;
    },
  };
}
