/** Every page of a list, by its cursors, until there is none. */
import type { Page } from './answers.ts';
import { type Api, pathOf } from './requests.ts';

export async function walkPages<Item>(
  api: Api,
  parts: readonly string[],
  query: Readonly<Record<string, string>> = {},
): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path = pathOf(parts, { ...query, ...(cursor !== '' && { cursor }) });
    const { status, text, body } = await api.get<Page<Item>>(path);
    if (status !== 200) throw new Error(`${path} answered ${status}: ${text}`);
    items.push(...body.items);
    cursor = body.next_cursor;
  }
  return items;
}
