import { createHash } from 'node:crypto';
import type { Config, Guest } from '../world.ts';

/** Options of a running VM that change at once; drives and network cards do, too. */
const FAST =
  /^(lock|name|onboot|shares|startup|description|protection|vmstatestorage|hookscript|tags|net\d+|(ide|sata|scsi|virtio|unused|usb)\d+|ci\w+|ipconfig\d+|nameserver|searchdomain|sshkeys)$/;
/** Options of a running container that wait for a restart. */
const SLOW = /^(features|console|tty|cmode|ostype|arch|unprivileged|entrypoint|env|timezone)$/;

/** Changes options; `undefined` takes one away. What a running guest cannot take waits for a restart. */
export function changeConfig(guest: Guest, changes: ReadonlyMap<string, string | number | undefined>): void {
  for (const [key, value] of changes) {
    const waits = guest.status !== 'stopped' && (guest.type === 'qemu' ? !FAST.test(key) : SLOW.test(key));
    if (waits && guest.config[key] !== value) guest.pending.set(key, value);
    else {
      guest.pending.delete(key);
      put(guest.config, key, value);
    }
  }
  if (guest.status === 'stopped') applyPending(guest);
}

/** Makes real what was waiting. */
export function applyPending(guest: Guest): void {
  for (const [key, value] of guest.pending) put(guest.config, key, value);
  guest.pending.clear();
}

function put(config: Config, key: string, value: string | number | undefined): void {
  if (value === undefined) delete config[key];
  else config[key] = value;
}

/** The config as it will be after a restart. */
export function withPending({ config, pending }: Guest): Config {
  const all = { ...config };
  for (const [key, value] of pending) put(all, key, value);
  return all;
}

/** Names the config file as it is, so that a change by somebody else is noticed: SHA-1 in hex. */
export function digestOf(guest: Guest): string {
  const sections = guest.snapshots.map(({ name, at, description, parent, state, config }) => [name, at, description, parent, state, sorted(config)]);
  return createHash('sha1')
    .update(JSON.stringify([sorted(guest.config), [...guest.pending], guest.parent, sections]))
    .digest('hex');
}

function sorted(config: Config) {
  return Object.entries(config).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Rows of `GET …/pending`. */
export function pendingRows(guest: Guest): readonly { readonly [field: string]: unknown }[] {
  const keys = [...new Set([...Object.keys(guest.config), ...guest.pending.keys()])];
  const rows = keys.map((key) => {
    const value = guest.config[key];
    const now = value === undefined ? { key } : { key, value };
    if (!guest.pending.has(key)) return now;
    const then = guest.pending.get(key);
    return then === undefined ? { ...now, delete: 1 } : { ...now, pending: then };
  });
  return [...rows, { key: 'digest', value: digestOf(guest) }];
}
