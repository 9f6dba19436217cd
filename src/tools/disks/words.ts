import { word } from '../../core/args.ts';

/** A block device by its file, such as `/dev/sdb1` or `/dev/disk/by-id/…`. */
export const device = () => word(/^\/dev\/[A-Za-z0-9][A-Za-z0-9._:+/-]*$/, { en: 'DEVICE', zh: '设备' });

/** An absolute path without blanks or wildcards: what fstab(5) and patterns take as it is. Never `/` alone. */
export const path = () => word(/^(\/[A-Za-z0-9_@:+][A-Za-z0-9._@:+-]*)+$/, { en: 'PATH', zh: '路径' });

/** A size such as `512M`, `2G` or `1T`, binary, in bytes. */
export const size = () => word(/^[1-9][0-9]{0,6}[MGT]$/, { en: 'SIZE (512M, 2G)', zh: '大小（512M、2G）' });

/** What a size of that form is in bytes. */
export function sizeBytes(text: string): number {
  const unit = { M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }[text.slice(-1)] ?? 1;
  return Number(text.slice(0, -1)) * unit;
}
