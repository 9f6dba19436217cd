import { list, type Said, say } from '../../core/words.ts';
import type { Health, KernelTrouble } from '../health.ts';
import { bytes, percent } from '../units.ts';

/** Something that is not well, how bad it is, and what to do about it. */
export interface Complaint {
  readonly bad: boolean;
  readonly what: Said;
  readonly todo: Said;
}

/** Everything on a host that is not well, the worst first. From 85 % on a disk is filling, from 95 % it is full. */
export function complaints(host: string, health: Health): Complaint[] {
  const found = [...usage(host, health), ...work(host, health), ...failures(host, health), ...kernel(health), ...board(health)];
  return found.toSorted((a, b) => Number(b.bad) - Number(a.bad));
}

function usage(host: string, { disks, inodes, memory }: Health): Complaint[] {
  const full = (all: Health['disks'], from: number) => all.filter(({ used, size }) => size > 0 && used / size >= from);
  const todo = say({ en: '`disk list {host}`', zh: '`disk list {host}`' }, { host });
  return [
    ...full(disks, 0.85).map(({ target, used, size }) => ({
      bad: used / size >= 0.95,
      what: say({ en: '{target} is {share} full', zh: '{target} 已用 {share}' }, { target, share: percent(used, size) }),
      todo,
    })),
    ...full(inodes, 0.85).map(({ target, used, size }) => ({
      bad: used / size >= 0.95,
      what: say({ en: '{target}: {share} of inodes used', zh: '{target}：inode 已用 {share}' }, { target, share: percent(used, size) }),
      todo: say({ en: 'many small files: remove old ones', zh: '小文件过多：请清理旧文件' }),
    })),
    ...(memory.available < memory.total * 0.05
      ? [
          {
            bad: true,
            what: say({ en: 'memory: {free} left', zh: '内存：剩余 {free}' }, { free: bytes(memory.available) }),
            todo: say({ en: '`svc list {host}`: find what uses it', zh: '`svc list {host}`：查找占用者' }, { host }),
          },
        ]
      : []),
  ];
}

function work(host: string, { load, cpus, pressure }: Health): Complaint[] {
  const todo = say({ en: '`host status {host}`', zh: '`host status {host}`' }, { host });
  const waits = (['cpu', 'memory', 'io'] as const).flatMap((of) => {
    const share = pressure[of] ?? 0;
    const what = say({ en: 'pressure of {of}: {share} %', zh: '{of} 压力：{share} %' }, { of, share: Math.round(share) });
    return share > (of === 'cpu' ? 40 : 10) ? [{ bad: share > 60, what, todo }] : [];
  });
  const busy = load[1] > cpus * 1.5;
  return [
    ...waits,
    ...(busy
      ? [
          {
            bad: load[1] > cpus * 4,
            what: say({ en: 'load {load} on {cpus} CPUs', zh: '负载 {load}，{cpus} 个 CPU' }, { load: load[1].toFixed(1), cpus }),
            todo,
          },
        ]
      : []),
  ];
}

const UNREAD: { readonly [what in Health['unread'][number]]: Said } = {
  failed: say({ en: 'which units failed cannot be read', zh: '无法读取失败的单元' }),
  disks: say({ en: 'how full disks are cannot be read', zh: '无法读取磁盘用量' }),
};

function failures(host: string, { failed, unread, synced, rebootRequired }: Health): Complaint[] {
  const silent = unread.map((what) => ({
    bad: false,
    what: UNREAD[what],
    todo:
      what === 'failed'
        ? say({ en: '`svc list {host}`', zh: '`svc list {host}`' }, { host })
        : say({ en: '`disk list {host}`', zh: '`disk list {host}`' }, { host }),
  }));
  const units =
    failed.length > 0
      ? [
          {
            bad: true,
            what: say({ en: 'failed: {units}', zh: '失败：{units}' }, { units: list(failed.slice(0, 6)) }),
            todo: say({ en: '`svc show {unit} {host}`', zh: '`svc show {unit} {host}`' }, { unit: failed[0] ?? '', host }),
          },
        ]
      : [];
  const clock =
    synced === false
      ? [
          {
            bad: false,
            what: say({ en: 'the clock is not synchronised', zh: '时钟未同步' }),
            todo: say({ en: '`host ntp show {host}`', zh: '`host ntp show {host}`' }, { host }),
          },
        ]
      : [];
  const reboot = rebootRequired
    ? [{ bad: false, what: say({ en: 'a reboot is needed', zh: '需要重启' }), todo: say({ en: '`host reboot {host}`', zh: '`host reboot {host}`' }, { host }) }]
    : [];
  return [...units, ...silent, ...clock, ...reboot];
}

const KERNEL: { readonly [kind in KernelTrouble['kind']]: { readonly what: Said['words']; readonly todo: Said } } = {
  oom: {
    what: { en: '{n} killed for want of memory: {last}', zh: '因内存不足被终止 {n} 次：{last}' },
    todo: say({ en: 'more memory, or limits for what grows', zh: '增加内存，或限制增长的进程' }),
  },
  io: {
    what: { en: '{n} I/O errors: {last}', zh: '{n} 个 I/O 错误：{last}' },
    todo: say({ en: 'check the disk, and that a backup is good', zh: '检查磁盘，并确认备份可用' }),
  },
  readonly: {
    what: { en: 'a file system became read-only: {last}', zh: '文件系统变为只读：{last}' },
    todo: say({ en: 'check the disk before anything is written', zh: '写入前请先检查磁盘' }),
  },
  voltage: {
    what: { en: '{n} times under-voltage', zh: '欠压 {n} 次' },
    todo: say({ en: 'a stronger power supply or a shorter cable', zh: '更换更强的电源或更短的线缆' }),
  },
  'machine check': {
    what: { en: '{n} hardware errors: {last}', zh: '{n} 个硬件错误：{last}' },
    todo: say({ en: 'memory or CPU may be failing', zh: '内存或 CPU 可能有故障' }),
  },
};

const KERNEL_KINDS = ['io', 'readonly', 'machine check', 'oom', 'voltage'] as const;

function kernel({ kernel: lines = [] }: Health): Complaint[] {
  return KERNEL_KINDS.flatMap((kind) => {
    const of = lines.filter((one) => one.kind === kind);
    const last = of.at(-1);
    return last ? [{ bad: true, what: { words: KERNEL[kind].what, with: { n: of.length, last: last.line.slice(0, 120) } }, todo: KERNEL[kind].todo }] : [];
  });
}

function board({ hottest, throttled }: Health): Complaint[] {
  const hot = hottest !== undefined && hottest > 80;
  const limits = throttled ? [...throttled.now, ...throttled.since.filter((one) => !throttled.now.includes(one))] : [];
  return [
    ...(hot
      ? [{ bad: hottest > 90, what: say({ en: '{n} °C', zh: '{n} °C' }, { n: Math.round(hottest) }), todo: say({ en: 'check the cooling', zh: '检查散热' }) }]
      : []),
    ...(limits.length > 0
      ? [
          {
            bad: (throttled?.now.length ?? 0) > 0,
            what: say({ en: 'the board was limited: {limits}', zh: '主板受限：{limits}' }, { limits: list(limits) }),
            todo: limits.includes('under-voltage') ? KERNEL.voltage.todo : say({ en: 'check the cooling', zh: '检查散热' }),
          },
        ]
      : []),
  ];
}
