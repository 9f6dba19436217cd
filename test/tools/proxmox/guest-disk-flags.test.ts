import { describe, expect, it } from 'vitest';
import { changesOf, paramsOf } from '../../../src/tools/proxmox/guest-settings.ts';

const CONFIG = { scsi0: 'ceph:vm-102-disk-0,discard=on,iothread=1,size=16G', scsi1: 'ceph:vm-102-disk-1,size=1T', ide2: 'none,media=cdrom' };

describe('the controller and the disks of a guest', () => {
  it('names the controller it has when it names none', () => {
    expect(changesOf('qemu', CONFIG, { controller: 'virtio-scsi-pci' })).toMatchObject([
      { key: 'scsihw', old: 'lsi', next: 'virtio-scsi-pci', hotplug: 'never' },
    ]);
    expect(changesOf('qemu', CONFIG, { controller: 'lsi' })).toEqual([]);
  });

  it('changes one flag of one disk and nothing else of it', () => {
    const changes = changesOf('qemu', CONFIG, { discard: 'scsi1=on' });
    expect(paramsOf(changes, 'd')).toEqual({ scsi1: 'ceph:vm-102-disk-1,size=1T,discard=on', digest: 'd' });
    expect(changes[0]).toMatchObject({ old: 'scsi1=off', next: 'scsi1=on' });
    expect(changesOf('qemu', CONFIG, { discard: 'scsi0=on', iothread: 'scsi0=on' })).toEqual([]);
  });

  it('changes two flags of one disk at once', () => {
    expect(paramsOf(changesOf('qemu', CONFIG, { discard: 'scsi0=off', iothread: 'scsi0=off' }), 'd')).toEqual({
      scsi0: 'ceph:vm-102-disk-0,size=16G,discard=ignore,iothread=0',
      digest: 'd',
    });
  });

  it('refuses a disk that there is not, naming those there are', () => {
    expect(() => changesOf('qemu', CONFIG, { iothread: 'scsi7=off' })).toThrow('there is no disk “{key}”');
    expect(() => changesOf('qemu', CONFIG, { discard: 'ide2=on' })).toThrow('there is no disk “{key}”');
  });
});
