import type { Rule } from './draft.ts';
import { guest, storage } from './make.ts';

const GUEST = '/nodes/{node}/{kind:qemu|lxc}/{vmid:\\d+}';
const MISSING = /does not exist/;

/** Drives of guests that are moved or taken off: they are there, and so is where they go. */
export const DRIVES: readonly Rule[] = [
  {
    path: `${GUEST}/{verb:move_disk|move_volume}`,
    methods: ['POST'],
    means: (draft, { params, said, good }, at) => {
      const known = guest(draft, Number(at.vmid), at.kind ?? '', at.node ?? '');
      const key = params.disk ?? params.volume ?? '';
      const target = params.storage ?? '';
      const same = /same storage/.test(said);
      if (target !== '' && !MISSING.test(said)) storage(draft, target);
      const on = target === 'local' && !same ? 'local-2' : same && target !== '' ? target : 'local';
      if (key !== '' && !/disk '[^']*' does not exist|volume '[^']*' does not exist/.test(said)) {
        storage(draft, on);
        known.config[key] = `${on}:${at.vmid}/vm-${at.vmid}-disk-0.raw,size=1G`;
      }
      if (params['target-vmid'] !== undefined && good) guest(draft, Number(params['target-vmid']), at.kind ?? '', at.node ?? '').config = { memory: '512' };
    },
  },
  {
    path: `${GUEST}/unlink`,
    methods: ['PUT'],
    means: (draft, { params }, at) => {
      const known = guest(draft, Number(at.vmid), at.kind ?? '', at.node ?? '');
      for (const key of (params.idlist ?? '').split(/[,; ]+/)) if (key !== '') known.config[key] ??= `local:${at.vmid}/vm-${at.vmid}-disk-7.raw`;
    },
  },
  {
    path: `${GUEST}/{verb:monitor|sendkey|vncproxy|termproxy|dbus-vmstate}`,
    means: (draft, { good }, at) => {
      if (good) guest(draft, Number(at.vmid), at.kind ?? '', at.node ?? '').status = 'running';
    },
  },
];
