import { z } from 'zod';
import { flag, host, word } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { list, say } from '../../src/core/words.ts';
import { here } from '../../src/tools/disks/here.ts';
import { fileText } from '../../src/tools/files.ts';
import { kernelPlan } from '../../src/tools/mem/change.ts';
import { memory } from '../../src/tools/mem/look.ts';
import { KEPT, type Settings } from '../../src/tools/mem/sysfs.ts';

const FOLDER = '/sys/module/zswap/parameters/';

/** Compresses pages on their way to swap; only parameters this kernel has are set. The boot command line is never touched. */
export default command({
  summary: { en: 'Turn zswap on or off', zh: '开启或关闭 zswap' },
  examples: ['mem zswap web1 on', 'mem zswap web1 on --compressor lz4 --pool-percent 25 --persist'],
  risk: 'low',
  args: { host: host(), state: z.enum(['on', 'off']) },
  options: {
    compressor: word(/^[a-z0-9][a-z0-9-]{1,15}$/, { en: 'COMPRESSOR', zh: '压缩算法' }).optional(),
    'pool-percent': word(/^([1-9]|[1-9][0-9]|100)$/, { en: 'PERCENT', zh: '百分比' }).optional(),
    /** Sets the same at every boot, by tmpfiles.d(5). */
    persist: flag(),
    /** Removes what sets it at boot. */
    forget: flag(),
  },
  async plan({ host: name, state, compressor, 'pool-percent': percent, persist, forget }, look) {
    const place = await here(look, name);
    const { host } = place;
    const path = KEPT('zswap');
    const [known, text] = await Promise.all([look.read(host, memory()), look.read(host, fileText(path))]);
    const parameters = known.zswapParameters;
    if (parameters.size === 0)
      throw new Refusal(
        say(
          { en: 'the kernel of {host} ({kernel}) has no zswap; nothing was done', zh: '{host} 的内核（{kernel}）没有 zswap；未做任何操作' },
          { host: host.name, kernel: place.facts.kernel },
        ),
      );
    if (persist && !place.facts.systemd)
      throw new Refusal(
        say({ en: '{host} is not run by systemd, which would set it at boot', zh: '{host} 不由 systemd 管理，无法在启动时设置' }, { host: host.name }),
      );
    // Switched on last and off first, so that a compressor the kernel does not have changes nothing.
    const values: Settings = [
      ...(compressor === undefined ? [] : [['compressor', compressor] as const]),
      ...(percent === undefined ? [] : [['max_pool_percent', percent] as const]),
      ['enabled', state === 'on' ? 'Y' : 'N'],
    ];
    const absent = values.filter(([key]) => !parameters.has(key)).map(([key]) => key);
    if (absent.length > 0)
      throw new Refusal(
        say(
          { en: 'zswap of {host} has no {absent}; nothing was done', zh: '{host} 的 zswap 没有 {absent}；未做任何操作' },
          { host: host.name, absent: list(absent) },
        ),
        say({ en: 'it has: {all}', zh: '现有参数：{all}' }, { all: list([...parameters.keys()]) }),
      );
    const under = (all: Settings): Settings => all.map(([key, value]) => [`${FOLDER}${key}`, value]);
    const was = values.map(([key]) => [key, parameters.get(key) ?? ''] as const);
    const old = (key: string) => was.find(([one]) => one === key)?.[1];
    const plan = kernelPlan(place, {
      what: 'zswap',
      summary:
        state === 'on'
          ? say({ en: 'turn zswap on on {host}', zh: '在 {host} 上开启 zswap' }, { host: host.name })
          : say({ en: 'turn zswap off on {host}', zh: '在 {host} 上关闭 zswap' }, { host: host.name }),
      to: under(values),
      from: under(was),
      file: { path, text },
      persist,
      forget,
      undo: {
        command: 'mem zswap',
        input: {
          host: name,
          state: parameters.get('enabled') === 'Y' ? 'on' : 'off',
          ...(compressor === undefined ? {} : { compressor: old('compressor') ?? '' }),
          ...(percent === undefined ? {} : { 'pool-percent': old('max_pool_percent') ?? '' }),
          persist: (persist || forget) && text !== undefined,
          forget: persist && text === undefined,
        },
      },
      notes: [
        ...(known.swapTotal === 0 && state === 'on'
          ? [say({ en: '⚠ without swap it does nothing; `mem swap add` makes some', zh: '⚠ 没有交换时不起作用；可用 `mem swap add` 添加' })]
          : []),
        ...(persist
          ? [say({ en: 'set at boot by tmpfiles.d; the boot command line stays as it is', zh: '启动时由 tmpfiles.d 设置；启动命令行保持不变' })]
          : []),
      ],
    });
    return plan ?? answer(say({ en: 'zswap on {host} is so already', zh: '{host} 的 zswap 已如所愿' }, { host: host.name }), []);
  },
});
