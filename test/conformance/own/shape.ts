/** An entry in the shape of a recording. */
export interface Entry {
  readonly method: string;
  readonly path: string;
  readonly params?: string;
  readonly curl?: string;
  readonly status: number;
  readonly reason: string | null;
  readonly body: unknown;
}
type Beside = { readonly total?: number; readonly changes?: string };

const UPID_START = '000028EA:0001FBF5:6B001505';

/** A UPID of a task that was started by the token of all rights. */
export function upid(type: string, id: string | number, node = 'pve1', user = 'root@pam!full'): string {
  return `UPID:${node}:${UPID_START}:${type}:${id}:${user}:`;
}

/** A call that was answered well. */
export function good(method: string, path: string, params: string, data: unknown, beside: Beside = {}): Entry {
  return { method, path, params, status: 200, reason: 'OK', body: { data, ...beside } };
}

/** A call that started a task. */
export function forks(method: string, path: string, params: string, type: string, id: string | number, node = 'pve1'): Entry {
  return good(method, path, params, upid(type, id, node));
}

/** A call that was refused with a message. */
export function no(method: string, path: string, params: string, status: number, message: string): Entry {
  return { method, path, params, status, reason: message, body: { data: null, message: `${message}\n` } };
}

/** A call whose parameters were refused. */
export function wrong(method: string, path: string, params: string, errors: Readonly<Record<string, string>>): Entry {
  return {
    method,
    path,
    params,
    status: 400,
    reason: 'Parameter verification failed.',
    body: { data: null, message: 'Parameter verification failed.\n', errors },
  };
}

/** The same, asked with curl: `options` come before the address, `data` after it. */
export function curled(entry: Entry, options: string, data = ''): Entry {
  const { params: _, ...rest } = entry;
  const path = entry.path.startsWith('/api2/') ? entry.path : `/api2/json${entry.path}`;
  return { ...rest, path, curl: `${options} https://192.0.2.11:8006${path}${data === '' ? '' : ` ${data}`}`.trim() };
}

export const FULL = '-H Authorization: PVEAPIToken=root@pam!full=<secret>';
export const BOT = '-H Authorization: PVEAPIToken=ops@pve!bot=<secret>';
