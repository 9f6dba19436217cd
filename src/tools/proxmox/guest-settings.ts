import { Refusal } from '../../core/errors.ts';
import type { Params } from '../../core/types.ts';
import { list, say } from '../../core/words.ts';
import type { Settings } from '../guests/guest.ts';
import { flag, number, properties, type Row, text, words } from './fields.ts';
import { sizeOf, sizeText } from './guest-disks.ts';

/** One setting that is to change. `value` undefined: it is taken out. `old` and `next` are what can be typed for them. */
export interface Change {
  readonly option: keyof Settings;
  readonly key: string;
  readonly value: string | undefined;
  readonly old: string;
  readonly next: string;
  /** A running guest needs a restart for it, unless it is hot-plugged. */
  readonly hotplug?: 'memory' | 'cpu' | 'never';
}

/** The changes that are left when what is so already is left out. Throws Refusal for a word that is not right. */
export function changesOf(type: 'qemu' | 'lxc', config: Row, settings: Settings): Change[] {
  return [
    ...given('memory', settings.memory, (typed) => memory(type, config, typed)),
    ...given('cores', settings.cores, (typed) => cores(type, config, typed)),
    ...given('name', settings.name, (typed) => name(type, config, typed)),
    ...given('tags', settings.tags, (typed) => tags(config, typed)),
    ...given('onboot', settings.onboot, (typed) => yesNo('onboot', config, typed)),
    ...given('protection', settings.protection, (typed) => yesNo('protection', config, typed)),
    ...given('controller', settings.controller, (typed) => controller(config, typed)),
    ...disks(config, settings),
  ].filter(({ old, next }) => old !== next);
}

function given(_option: keyof Settings, typed: string | undefined, change: (typed: string) => Change): Change[] {
  return typed === undefined ? [] : [change(typed)];
}

function memory(type: 'qemu' | 'lxc', config: Row, typed: string): Change {
  const mib = (sizeOf(typed) ?? 0) / 2 ** 20;
  if (!Number.isInteger(mib) || mib < 16)
    throw new Refusal(
      say({ en: '“{typed}” is no memory size', zh: '“{typed}”不是内存大小' }, { typed }),
      say({ en: 'write 4G or 2048M, at least 16M', zh: '请写 4G 或 2048M，至少 16M' }),
    );
  const now = Number(/^(?:current=)?(\d+)/.exec(text(config, 'memory') ?? '')?.[1] ?? 512);
  return {
    ...{ option: 'memory', key: 'memory', value: String(mib), old: sizeText(now * 2 ** 20), next: sizeText(mib * 2 ** 20) },
    ...(type === 'qemu' ? { hotplug: 'memory' as const } : {}),
  };
}

function cores(type: 'qemu' | 'lxc', config: Row, typed: string): Change {
  const all = typed === 'all';
  if (all && type === 'qemu')
    throw new Refusal(say({ en: 'a virtual machine needs a number of cores', zh: '虚拟机需要指定核数' }), say({ en: 'write --cores 4', zh: '写作 --cores 4' }));
  const now = number(config, 'cores');
  const old = now === undefined ? (type === 'lxc' ? 'all' : '1') : String(now);
  return { option: 'cores', key: 'cores', value: all ? undefined : typed, old, next: typed, ...(type === 'qemu' ? { hotplug: 'cpu' as const } : {}) };
}

function name(type: 'qemu' | 'lxc', config: Row, typed: string): Change {
  const key = type === 'lxc' ? 'hostname' : 'name';
  return { option: 'name', key, value: typed === '' ? undefined : typed, old: text(config, key) ?? '', next: typed };
}

/** Tags as Proxmox keeps them: in small letters, each once, in order. */
function tags(config: Row, typed: string): Change {
  const tidy = (all: readonly string[]) => [...new Set(all.map((tag) => tag.toLowerCase()))].sort();
  const next = tidy(words(typed));
  const wrong = next.find((tag) => !/^[a-z0-9_][a-z0-9_\-+.]*$/.test(tag));
  if (wrong !== undefined)
    throw new Refusal(
      say({ en: '“{wrong}” is no legal tag', zh: '“{wrong}”不是合法的标签' }, { wrong }),
      say({ en: 'letters, digits, `_`, and after the first `-`, `+` and `.`', zh: '字母、数字、`_`，首字符之后还可用 `-`、`+` 和 `.`' }),
    );
  return {
    option: 'tags',
    key: 'tags',
    value: next.length === 0 ? undefined : next.join(';'),
    old: tidy(words(text(config, 'tags'))).join(','),
    next: next.join(','),
  };
}

function yesNo(option: 'onboot' | 'protection', config: Row, typed: string): Change {
  return { option, key: option, value: typed === 'yes' ? '1' : '0', old: flag(config, option) ? 'yes' : 'no', next: typed };
}

/** A guest that names no controller has `lsi`: qm.conf(5). */
function controller(config: Row, typed: string): Change {
  return { option: 'controller', key: 'scsihw', value: typed, old: text(config, 'scsihw') ?? 'lsi', next: typed, hotplug: 'never' };
}

/** How each flag of a disk is written, on and off: qm.conf(5). */
const FLAGS = { discard: ['on', 'ignore'], iothread: ['1', '0'] } as const;

/** Flags of disks. Two of one disk change its one value: the second takes what the first has made of it. */
function disks(config: Row, settings: Settings): Change[] {
  const values = new Map<string, string>();
  return (['discard', 'iothread'] as const).flatMap((option) => {
    const typed = settings[option];
    if (typed === undefined) return [];
    const [key = '', wanted = ''] = typed.split('=');
    const before = values.get(key) ?? text(config, key);
    if (before === undefined || properties(before).get('media') === 'cdrom') {
      const there = Object.keys(config).filter((name) => /^(scsi|virtio|sata|ide)\d+$/.test(name) && !/media=cdrom/.test(text(config, name) ?? ''));
      throw new Refusal(
        say({ en: 'there is no disk “{key}”', zh: '没有磁盘“{key}”' }, { key }),
        say({ en: 'there is: {there}', zh: '现有：{there}' }, { there: list(there) }),
      );
    }
    const [on, off] = FLAGS[option];
    const parts = before.split(',').filter((part) => !part.startsWith(`${option}=`));
    const value = [...parts, `${option}=${wanted === 'on' ? on : off}`].join(',');
    values.set(key, value);
    const now = properties(before).get(option) === on || (option === 'iothread' && properties(before).get(option) === 'on');
    return [{ option, key, value, old: `${key}=${now ? 'on' : 'off'}`, next: typed, hotplug: 'never' as const }];
  });
}

/** What is sent: new values, and the names of what is taken out. */
export function paramsOf(changes: readonly Change[], digest: string): Params {
  const gone = changes.filter(({ value }) => value === undefined).map(({ key }) => key);
  return {
    ...Object.fromEntries(changes.flatMap(({ key, value }) => (value === undefined ? [] : [[key, value]]))),
    ...(gone.length > 0 ? { delete: gone.join(',') } : {}),
    digest,
  };
}
