import { both, format, int, type Kind, matching, oneOf, text } from './params.ts';

/** A VMID, 100 and up. */
export const vmid = int(100, 999_999_999);
export const node: Kind = format(/^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/, () => 'value does not look like a valid node name');
export const storage: Kind = format(/^[a-z][a-z0-9\-_.]*[a-z0-9]$/i, (value) => `storage ID '${value}' contains illegal characters`);
/** A name for something in a config file: a snapshot, for example. */
export const configId: Kind = format(/^[a-z][a-z0-9_-]+$/i, (value) => `invalid configuration ID '${value}'`);
export const dnsName: Kind = format(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i, () => 'value does not look like a valid DNS name');
export const tags: Kind = format(/^([a-z0-9_][a-z0-9_\-+.]*)([;, ][a-z0-9_][a-z0-9_\-+.]*)*[;, ]?$/i, () => 'invalid characters in tag');
export const digest = text(64);
export const vmids: Kind = format(/^\d{3,9}([,; ]+\d{3,9})*$/, (value) => `value '${value}' does not look like a valid VM ID`);
export const ipv4: Kind = format(/^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}$/, () => 'value does not look like a valid IPv4 address');
export const cidr4: Kind = format(
  /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|\/)){4}([89]|[12]\d|3[0-2])$/,
  () => 'value does not look like a valid IPv4 network configuration',
);
export const iface: Kind = format(/^[a-z][a-z0-9_]{1,20}([:.]\d+)?$/i, () => 'invalid network interface name');
export const sid: Kind = matching(/^((vm|ct):)?\d{3,9}$/);
/** How much to keep, such as `keep-last=3,keep-daily=7`. */
export const prune: Kind = format(
  /^(keep-all=[01]|keep-(last|hourly|daily|weekly|monthly|yearly)=\d+)(,(keep-all=[01]|keep-(last|hourly|daily|weekly|monthly|yearly)=\d+))*$/,
  () => 'invalid format - format error',
);
/** A snapshot's name. */
export const snapname: Kind = both(text(40), configId);
/** Names of options, in a list. */
export const configIds: Kind = format(/^[a-z][a-z0-9_-]*([,; ]+[a-z][a-z0-9_-]*)*[,; ]*$/i, (value) => `invalid configuration ID '${value}'`);
/** How a task may have ended, in a list. */
export const endings: Kind = format(/^(ok|error|warning|unknown)([,; ]+(ok|error|warning|unknown))*$/i, (value) => `invalid status '${value}'`);
/** Storages, or pairs of one here and one there, in a list. */
export const storagePairs: Kind = format(
  /^(1|[a-z][a-z0-9\-_.]*(:[a-z][a-z0-9\-_.]*)?([,; ]+[a-z][a-z0-9\-_.]*(:[a-z][a-z0-9\-_.]*)?)*)$/i,
  () => 'invalid storage pair list',
);

const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}${at}`);
const DRIVES = [...numbered('ide', 4), ...numbered('scsi', 31), ...numbered('virtio', 16), ...numbered('sata', 6), 'efidisk0', 'tpmstate0'];
/** A drive of a VM, one that is not in use among them with `unused`. */
export const drive: Kind = oneOf(...DRIVES);
export const anyDrive: Kind = oneOf(...DRIVES, ...numbered('unused', 256));
/** A volume of a container. */
export const mount: Kind = oneOf('rootfs', ...numbered('mp', 256));
export const anyMount: Kind = oneOf('rootfs', ...numbered('mp', 256), ...numbered('unused', 256));
/** Kinds of content of a storage, in a list. */
export const contents: Kind = format(/^[a-z]+([,; ]+[a-z]+)*$/, () => 'invalid content type');
