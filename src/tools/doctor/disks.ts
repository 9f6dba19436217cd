import { read } from '../../core/read.ts';
import type { Read } from '../../core/types.ts';
import { shell } from '../shell.ts';
import { PART, type Sections, sections } from './sections.ts';

const BODY = `${PART}
has() { command -v "$1" >/dev/null 2>&1; }
if has zpool; then if [ -e /dev/zfs ]; then part zpools timeout 5 zpool list -H -o name,health,capacity; else echo "== zpools"; fi; fi
if has zfs; then if [ -e /dev/zfs ]; then part zvols timeout 5 zfs list -Hp -t volume -o name,volsize,used; else echo "== zvols"; fi; fi
if has lvs; then part lvs timeout 5 lvs -a --noheadings --separator '|' -o vg_name,lv_name,lv_attr,lv_health_status,data_percent,metadata_percent; fi
if has iscsiadm; then
  echo "== iscsi-nodes"; timeout 4 iscsiadm -m node -o show 2>/dev/null | grep -E '^(node\\.name|node\\.startup|node\\.conn\\[0\\]\\.address|node\\.conn\\[0\\]\\.startup) =' | head -n 400
  echo "== iscsi-sessions"; timeout 4 iscsiadm -m session -P 3 2>/dev/null | grep -E 'Target:|Attached scsi disk|iSCSI Session State' | head -n 400
fi
exit 0`;

/** Pools, volumes and iSCSI of a host: zpool-list(8), zfs-list(8), lvs(8), iscsiadm(8). A part whose program is missing is not there; one that could not be read is there as `unread NAME`. */
export function disks(): Read<Sections> {
  return read({ argv: shell('doctor-disks', BODY), parse: sections });
}
