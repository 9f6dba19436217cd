import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ROUTES } from '../../src/lab/proxmox/pbs/routes/all.ts';

const FILE = '../shared/contracts/pbs-api-schema.json';
const here = existsSync(FILE);
if (!here) console.log(`SKIPPED real test: ${FILE} is not here`);

const property = z
  .object({
    type: z.string().optional(),
    optional: z.unknown().optional(),
    enum: z.array(z.string()).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    maxLength: z.number().optional(),
    pattern: z.string().optional(),
  })
  .loose();
const operation = z
  .object({
    parameters: z
      .object({ properties: z.record(z.string(), property).default({}) })
      .loose()
      .optional(),
  })
  .loose();
interface Node {
  readonly path: string;
  readonly info?: Readonly<Record<string, z.infer<typeof operation>>> | undefined;
  readonly children?: readonly Node[] | undefined;
}
const node: z.ZodType<Node> = z.lazy(() =>
  z.object({ path: z.string(), info: z.record(z.string(), operation).optional(), children: z.array(node).optional() }),
);

function walk({ path, info, children = [] }: Node): readonly (readonly [string, z.infer<typeof operation>])[] {
  return [...Object.entries(info ?? {}).map(([method, one]) => [`${method} ${path}`, one] as const), ...children.flatMap(walk)];
}

/** Values at and beyond the limits of a parameter. */
function samples({
  type,
  enum: words,
  minimum,
  maximum,
  maxLength,
  pattern,
}: z.infer<typeof property>): readonly { readonly text: string; readonly good: boolean }[] {
  const good = (...texts: readonly string[]) => texts.map((text) => ({ text, good: true }));
  const bad = (...texts: readonly string[]) => texts.map((text) => ({ text, good: false }));
  if (words) return [...good(...words), ...bad('nosuchword')];
  if (type === 'boolean') return [...good('1', '0', 'true', 'no'), ...bad('2', '')];
  if (type === 'integer') {
    const low = minimum === undefined ? [] : [...good(String(minimum)), ...bad(String(minimum - 1))];
    return [...low, ...(maximum === undefined ? [] : [...good(String(maximum)), ...bad(String(maximum + 1))]), ...bad('x', '1.5')];
  }
  return [...(maxLength === undefined ? [] : bad('a'.repeat(maxLength + 1))), ...(pattern === undefined ? [] : bad('a b\n'))];
}

const schema = new Map(
  here
    ? z
        .array(node)
        .parse(JSON.parse(readFileSync(FILE, 'utf8')))
        .flatMap(walk)
    : [],
);
const served = ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const);

describe.skipIf(!here)('the practice backup server and the schema of the real one', () => {
  it.each(served)('%s', (name, route) => {
    const real = schema.get(name);
    expect(real, `${name} is not in the schema`).toBeDefined();
    const properties = real?.parameters?.properties ?? {};
    expect(Object.keys(route.params).sort()).toEqual(Object.keys(properties).sort());
    for (const [parameter, { optional }] of Object.entries(route.params))
      expect([parameter, optional === true]).toEqual([parameter, Boolean(properties[parameter]?.optional)]);
  });

  it.each(served)('%s takes and refuses what the real one does', (name, route) => {
    for (const [parameter, real] of Object.entries(schema.get(name)?.parameters?.properties ?? {})) {
      const takes = (text: string) => {
        try {
          route.params[parameter]?.check([text]);
          return true;
        } catch {
          return false;
        }
      };
      for (const { text, good } of samples(real)) expect(`${parameter}=${text} ${takes(text)}`).toBe(`${parameter}=${text} ${good}`);
    }
  });

  it('serves something', () => {
    expect(served.length).toBeGreaterThan(45);
  });
});
