import { z } from 'zod';
import { flag, host, word } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';
import { here } from '../../src/tools/disks/here.ts';
import { fileText } from '../../src/tools/files.ts';
import { kernelPlan } from '../../src/tools/mem/change.ts';
import { mustFit } from '../../src/tools/mem/guard.ts';
import { memory } from '../../src/tools/mem/look.ts';
import { KEPT, type Settings } from '../../src/tools/mem/sysfs.ts';
import { bytes } from '../../src/tools/units.ts';

const FOLDER = '/sys/kernel/mm/ksm/';
/** What `run` means: Documentation/admin-guide/mm/ksm.rst of the kernel. */
const RUN = { off: '0', on: '1', unmerge: '2' } as const;

/** Merging equal pages of guests: begin, stop, or stop and take all of it back, which needs the memory again. */
export default command({
  summary: { en: 'Turn merging of equal memory pages (KSM) on or off', zh: '开启或关闭相同内存页合并（KSM）' },
  examples: ['mem ksm kvm1 on', 'mem ksm kvm1 on --pages 200 --persist', 'mem ksm kvm1 unmerge'],
  risk: 'low',
  args: { host: host(), state: z.enum(['on', 'off', 'unmerge']) },
  options: {
    /** Pages looked at in one go. */
    pages: word(/^[1-9][0-9]{0,5}$/, { en: 'PAGES', zh: '页数' }).optional(),
    persist: flag(),
    forget: flag(),
  },
  async plan({ host: name, state, pages, persist, forget }, look) {
    const place = await here(look, name);
    const { host } = place;
    const path = KEPT('ksm');
    const [known, text] = await Promise.all([look.read(host, memory()), look.read(host, fileText(path))]);
    const run = known.ksm.get('run');
    if (run === undefined)
      throw new Refusal(say({ en: 'the kernel of {host} has no KSM; nothing was done', zh: '{host} 的内核没有 KSM；未做任何操作' }, { host: host.name }));
    if (persist && !place.facts.systemd)
      throw new Refusal(
        say({ en: '{host} is not run by systemd, which would set it at boot', zh: '{host} 不由 systemd 管理，无法在启动时设置' }, { host: host.name }),
      );
    const shared = Number(known.ksm.get('pages_sharing') ?? 0) * known.pageSize;
    if (state === 'unmerge') mustFit(host, known, shared);
    const values: Settings = [...(pages === undefined ? [] : [[`${FOLDER}pages_to_scan`, pages] as const]), [`${FOLDER}run`, RUN[state]]];
    const was: Settings = values.map(([file]) => [file, known.ksm.get(file.slice(FOLDER.length)) ?? '']);
    const before = run === '1' ? 'on' : run === '2' ? 'unmerge' : 'off';
    const plan = kernelPlan(place, {
      what: 'ksm',
      summary:
        state === 'unmerge'
          ? say({ en: 'stop KSM on {host} and take its merging back', zh: '停止 {host} 的 KSM 并撤销合并' }, { host: host.name })
          : say({ en: 'turn KSM {state} on {host}', zh: '将 {host} 的 KSM 设为 {state}' }, { state, host: host.name }),
      to: values,
      from: was,
      file: { path, text },
      persist,
      forget,
      risk: state === 'unmerge' ? 'medium' : 'low',
      undo: {
        command: 'mem ksm',
        input: {
          host: name,
          state: before,
          ...(pages === undefined ? {} : { pages: known.ksm.get('pages_to_scan') ?? '100' }),
          persist: (persist || forget) && text !== undefined,
          forget: persist && text === undefined,
        },
      },
      facts: [{ what: say({ en: 'saves now', zh: '当前节省' }), value: bytes(shared), at: place.at }],
      notes: [
        ...(place.facts.tools.has('ksmtuned') ? [say({ en: 'ksmtuned is there and may change it again', zh: '存在 ksmtuned，可能会再次更改' })] : []),
        ...(state === 'on' ? [say({ en: 'guests that must not learn of each other should not share memory', zh: '需要相互隔离的虚拟机不应共享内存' })] : []),
      ],
    });
    return plan ?? answer(say({ en: 'KSM on {host} is so already', zh: '{host} 的 KSM 已如所愿' }, { host: host.name }), []);
  },
});
