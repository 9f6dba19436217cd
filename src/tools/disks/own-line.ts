/** The line of /etc/fstab that Hostler writes for a file system: `nofail`, so that a disk that is gone does not keep the host from booting; checked after the root where that is done at boot. */
export function ownLine(uuid: string, path: string, type: string, options: string): string {
  const all = [...options.split(',').filter((option) => option !== 'nofail'), 'nofail'].join(',');
  return `UUID=${uuid} ${path} ${type} ${all} 0 ${type.startsWith('ext') ? 2 : 0}`;
}
