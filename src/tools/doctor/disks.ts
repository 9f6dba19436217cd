import { read } from '../../core/read.ts';
import type { Read } from '../../core/types.ts';
import { shell } from '../shell.ts';
import { PART, type Sections, sections } from './sections.ts';

const BODY = `${PART}
has() { command -v "$1" >/dev/null 2>&1; }
iscsi() {
  part=$1 want=$2; shift 2; out=$(timeout 4 iscsiadm -m "$@" 2>/dev/null)
  # 21: there is none.
  case $? in 0|21) echo "== $part"; printf '%s\\n' "$out" | grep -E "$want" | head -n 400 ;; *) echo "== unread $part" ;; esac
}
if has zpool; then if [ -e /dev/zfs ]; then part zpools timeout 5 zpool list -H -o name,health,capacity; else echo "== zpools"; fi; fi
if has zfs; then if [ -e /dev/zfs ]; then part zvols timeout 5 zfs list -Hp -t volume -o name,volsize,used; else echo "== zvols"; fi; fi
if has lvs; then part lvs timeout 5 lvs -a --noheadings --separator '|' -o vg_name,lv_name,lv_attr,lv_health_status,data_percent,metadata_percent; fi
if has iscsiadm; then
  iscsi iscsi-nodes '^(node\\.name|node\\.startup|node\\.conn\\[0\\]\\.address|node\\.conn\\[0\\]\\.startup) =' node -o show
  iscsi iscsi-sessions 'Target:|Attached scsi disk|iSCSI Session State' session -P 3
fi
exit 0`;

/** Pools, volumes and iSCSI of a host: zpool-list(8), zfs-list(8), lvs(8), iscsiadm(8). A part whose program is missing is not there; one that could not be read is there as `unread NAME`. */
export function disks(): Read<Sections> {
  return read({ argv: shell('doctor-disks', BODY), parse: sections });
}
