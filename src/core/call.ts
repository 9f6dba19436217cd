import { quote } from './quote.ts';
import type { ApiStep } from './types.ts';

/** A path of an API whose values are percent-encoded, each as one segment: `apiPath\`/nodes/${node}/tasks/${upid}\``. RFC 3986: all but unreserved characters. */
export function apiPath(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return String.raw({ raw: parts }, ...values.map((value) => encode(String(value))));
}

/** Strict percent-encoding: `!`, `'`, `(`, `)` and `*`, too. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

const VERBS = { POST: 'create', PUT: 'set', DELETE: 'delete' } as const;

/** Paths only a Proxmox Backup Server has. */
const PBS = /^\/(admin|config|pull|push|tape|nodes\/localhost)(\/|$)/;

/** A call as it would be typed on a node: `pvesh create /nodes/pve1/qemu/100/status/start`. */
export function callLine({ method, path, params }: Pick<ApiStep, 'method' | 'path' | 'params'>): string {
  const words = Object.entries(params).flatMap(([name, value]) => [value].flat().flatMap((one) => [`--${name}`, quote(plain(one))]));
  return [PBS.test(path) ? 'proxmox-backup-debug api' : 'pvesh', VERBS[method], quote(decodeURIComponent(path)), ...words].join(' ');
}

/** A value as the API takes it: booleans are 1 and 0. */
export function plain(value: string | number | boolean): string {
  return typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
}
