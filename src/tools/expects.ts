import type { Host } from '../core/command.ts';
import type { Plan } from '../core/types.ts';

type Expects = NonNullable<Plan['expects']>;

/** A whole host is disturbed; as a node it is spoken of by its cluster, too. */
export function disturbsHost({ name, node }: Pick<Host, 'name' | 'node'>): Expects {
  return [{ host: name }, ...(node ? [{ host: node.cluster, name: node.name }] : [])];
}

/** A unit of a host is disturbed. */
export function disturbsUnit({ name }: Pick<Host, 'name'>, unit: string): Expects {
  return [{ host: name, name: unit }];
}

/** A guest is disturbed, on whatever node of its cluster: it is spoken of by its name and by its number. */
export function disturbsGuest(host: Pick<Host, 'name' | 'nodes'>, { name, vmid }: { readonly name: string; readonly vmid?: number }): Expects {
  const names = [name, ...(vmid === undefined ? [] : [String(vmid)])];
  const hosts = [host.name, ...(host.nodes ?? []).flatMap(({ shell }) => shell ?? [])];
  return hosts.flatMap((on) => names.map((one) => ({ host: on, name: one })));
}
