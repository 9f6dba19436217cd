import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { router } from '../../src/lab/proxmox/route.ts';
import { ROUTES } from '../../src/lab/proxmox/routes/all.ts';
import { contract, contractsHere } from '../conformance/contracts.ts';

const find = router(ROUTES);
const operation = z.object({ parameters: z.object({ properties: z.record(z.string(), z.unknown()).optional() }).optional() });
const leaf = z.object({ path: z.string(), info: z.record(z.string(), operation).optional() });
type Leaf = z.infer<typeof leaf>;

/** Every path of the schema, with its operations. */
function leaves(node: unknown): readonly Leaf[] {
  if (Array.isArray(node)) return node.flatMap(leaves);
  const children = z.object({ children: z.array(z.unknown()).optional() }).parse(node).children ?? [];
  return [leaf.parse(node), ...children.flatMap(leaves)];
}

const names = (path: string) => [...path.matchAll(/\{([\w-]+)\}/g)].map(([, name = '']) => name);
const anywhere = (path: string) => path.replace(/\{[\w-]+\}/g, '100');

describe.runIf(contractsHere())('the practice cluster knows what Proxmox declares', () => {
  const all = contractsHere()
    ? leaves(contract('pve-api-schema.json')).flatMap(({ path, info = {} }) =>
        Object.entries(info).map(([method, { parameters }]) => ({ method, path, parameters })),
      )
    : [];

  it('in every operation', () => {
    expect(all.length).toBeGreaterThan(600);
    expect(all.filter(({ method, path }) => find(method, anywhere(path)) === undefined).map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  it('and in the parameters of what is asked of guests, nodes, tasks and storages', () => {
    const refused = all
      .filter(({ path }) => /^\/nodes\/\{node\}(\/(qemu|lxc|tasks|storage|vzdump|network|apt|services|status)(\/|$)|$)|^\/(access|pools|storage)/.test(path))
      .flatMap(({ method, path, parameters }) => {
        const route = find(method, anywhere(path))?.route;
        const declared = Object.keys(parameters?.properties ?? {}).filter((name) => !names(path).includes(name));
        const numbered = declared.map((name) => name.replace('[n]', '0'));
        return numbered
          .filter((name) => !route?.params?.[name] && !route?.params?.[`${name}!`] && !route?.more?.(name))
          .map((name) => `${method} ${path} ${name}`);
      });
    expect(refused).toEqual([]);
  });
});
