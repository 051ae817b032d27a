/** Every page of a list, by its cursors, until there is none. A cursor that comes back would go on for ever: it throws. */
import type { Page } from './answers.ts';
import { type Api, pathOf } from './requests.ts';

export async function walkPages<Item>(
  api: Api,
  parts: readonly string[],
  query: Readonly<Record<string, string>> = {},
): Promise<Item[]> {
  const items: Item[] = [];
  const seen = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path = pathOf(parts, { ...query, ...(cursor !== '' && { cursor }) });
    const { status, text, body } = await api.get<Page<Item>>(path);
    if (status !== 200) throw new Error(`${path} answered ${status}: ${text}`);
    items.push(...body.items);
    if (body.next_cursor !== null && seen.has(body.next_cursor)) throw new Error(`${path} leads in a circle`);
    seen.add(body.next_cursor ?? '');
    cursor = body.next_cursor;
  }
  return items;
}
