import { expect } from 'vitest';
import { z } from 'zod';

/** A line of `--json`: exactly these keys, no other. */
export const line = z.strictObject({
  id: z.string(),
  rev: z.number(),
  mood: z.enum(['waiting', 'busy', 'good', 'bad']),
  title: z.string(),
  text: z.string(),
  blocks: z.array(z.looseObject({ kind: z.enum(['text', 'facts', 'table', 'code', 'progress']) })),
  buttons: z.array(z.strictObject({ id: z.string(), label: z.string(), press: z.strictObject({ action: z.string(), ticket: z.string(), code: z.string() }) })),
  ticket: z.strictObject({
    id: z.string(),
    state: z.string(),
    digest: z.string(),
    code: z.string(),
    by: z.string(),
    plan: z.strictObject({ steps: z.array(z.string()), facts: z.array(z.string()), undo: z.string().nullable() }),
  }),
});

/** The versions of one card as `--json` printed them; checks that they only get newer and that the last one has this state. */
export function versions(out: string, state: string): z.infer<typeof line>[] {
  expect(out.endsWith('\n')).toBe(true);
  const all = out
    .trimEnd()
    .split('\n')
    .map((text) => line.parse(JSON.parse(text)));
  const revs = all.map(({ rev }) => rev);
  expect(revs).toEqual([...new Set(revs)].sort((a, b) => a - b));
  expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  expect(all.at(-1)?.ticket.state).toBe(state);
  return all;
}

/** The last version of one card, in this state. */
export function last(out: string, state: string): z.infer<typeof line> {
  return versions(out, state).at(-1) ?? line.parse({});
}
