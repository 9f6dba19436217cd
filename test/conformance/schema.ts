import { z } from 'zod';
import { contract } from './contracts.ts';

/** An API call as far as a schema can judge it. The path is as sent, percent-encoded or not, without `/api2/json`. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, unknown>> | readonly string[];
}
/** `unknown`: parameters the newest release that has the call does not declare. `versions`: releases that declare the call and every parameter. */
export interface Checked {
  readonly missingPath?: boolean;
  readonly unknown: readonly string[];
  readonly versions: readonly string[];
}

const declared = z.object({ parameters: z.object({ additionalProperties: z.unknown(), properties: z.record(z.string(), z.unknown()) }).partial() }).partial();
const node = z.object({
  path: z.string(),
  info: z.record(z.string(), declared).optional(),
  get children() {
    return z.array(node).optional();
  },
});
type Node = z.infer<typeof node>;
type Declared = z.infer<typeof declared>;
interface Operation {
  readonly template: readonly string[];
  readonly methods: Readonly<Record<string, Declared>>;
}

/** Releases by product, the newest first. */
const FILES = {
  pve: [
    ['9.2', 'pve-api-schema.json'],
    ['7.4', 'pve-api-schema-7.4.json'],
  ],
  pbs: [['4.2', 'pbs-api-schema.json']],
} as const;

const loaded = new Map<string, readonly Operation[]>();

function operations(file: string): readonly Operation[] {
  const known = loaded.get(file);
  if (known !== undefined) return known;
  const flat = (nodes: readonly Node[]): Operation[] =>
    nodes.flatMap(({ path, info, children }) => [{ template: path.split('/').slice(1), methods: info ?? {} }, ...flat(children ?? [])]);
  const all = flat(z.array(node).parse(contract(file)));
  loaded.set(file, all);
  return all;
}

/** How many segments are literally the same; undefined when the template does not fit. A volume's id may hold slashes. */
function likeness(template: readonly string[], path: readonly string[]): number | undefined {
  const open = template.at(-1) === '{volume}' && path.length > template.length;
  if (!open && template.length !== path.length) return undefined;
  let same = 0;
  for (const [i, part] of template.entries()) {
    if (part === path[i]) same++;
    else if (!/^\{[\w-]+\}$/.test(part)) return undefined;
  }
  return same;
}

function find(file: string, method: string, path: readonly string[]): Declared | undefined {
  const fits = operations(file).flatMap((operation) => {
    const same = likeness(operation.template, path);
    const info = operation.methods[method];
    return same === undefined || info === undefined ? [] : [{ same, info }];
  });
  return fits.sort((a, b) => b.same - a.same)[0]?.info;
}

function declares({ parameters }: Declared, name: string): boolean {
  const properties = parameters?.properties ?? {};
  const indexed = name.replace(/\d+$/, '[n]');
  const open = parameters?.additionalProperties !== undefined && ![0, false].some((closed) => closed === parameters.additionalProperties);
  return open || Object.hasOwn(properties, name) || (indexed !== name && Object.hasOwn(properties, indexed));
}

/** Checks a call against every release of a product that is known. Throws when the schemas are not here. */
export function checkCall({ method, path, params }: Call, product: 'pve' | 'pbs'): Checked {
  const segments = (path.split('?')[0] ?? '').replace(/\/$/, '').split('/').slice(1);
  const names = Array.isArray(params) ? params.map(String) : Object.keys(params);
  const found = FILES[product].flatMap(([version, file]) => {
    const info = find(file, method.toUpperCase(), segments);
    return info === undefined ? [] : [{ version, unknown: names.filter((name) => !declares(info, name)) }];
  });
  const versions = found.filter(({ unknown }) => unknown.length === 0).map(({ version }) => version);
  return found[0] === undefined ? { missingPath: true, unknown: names, versions } : { unknown: found[0].unknown, versions };
}

/** What is wrong with a call to Proxmox VE, in words; nothing when some release declares it all. */
export function undeclared(method: string, path: string, params: Call['params']): string[] {
  const { missingPath, unknown, versions } = checkCall({ method, path, params }, 'pve');
  if (missingPath) return [`no release has ${method} ${path}`];
  return versions.length > 0 ? [] : unknown.map((name) => `${method} ${path} declares no ${name}`);
}
