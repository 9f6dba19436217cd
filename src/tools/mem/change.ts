import type { Plan } from '../../core/types.ts';
import { type Said, say } from '../../core/words.ts';
import type { Here } from '../disks/here.ts';
import { keepSteps, keptText, type Settings, setAll, valuesOf } from './sysfs.ts';

/** A change of values the kernel keeps in files, and what makes it last. */
export interface KernelChange {
  readonly what: 'zswap' | 'ksm';
  readonly summary: Said;
  /** What it is to be, and what it is. */
  readonly to: Settings;
  readonly from: Settings;
  /** The file that sets values at boot, as it is. */
  readonly file: { readonly path: string; readonly text: string | undefined };
  readonly persist: boolean;
  readonly forget: boolean;
  readonly undo: Plan['undo'];
  readonly facts?: Plan['facts'];
  readonly notes?: readonly Said[];
  readonly risk?: Plan['risk'];
}

/** The plan of it; undefined when all is as wanted. */
export function kernelPlan(
  place: Here,
  { what, summary, to, from, file, persist, forget, undo, facts = [], notes = [], risk = 'low' }: KernelChange,
): Plan | undefined {
  const changed = to.filter(([path, value]) => from.some(([other, was]) => other === path && was !== value));
  const text = forget ? undefined : persist ? keptText(to) : file.text;
  const same = text === file.text;
  if (changed.length === 0 && same) return undefined;
  const on = place.on(what);
  return {
    summary,
    steps: [
      ...(changed.length === 0
        ? []
        : [
            { kind: 'exec' as const, on, why: say({ en: 'set it', zh: '设置' }), argv: setAll(changed), timeoutMs: 300_000 },
            {
              kind: 'wait' as const,
              on,
              why: say({ en: 'until it is so', zh: '直到生效' }),
              read: valuesOf(changed.map(([path]) => path)),
              until: { is: changed.map(([, value]) => value).join(' ') },
              everyMs: 500,
              timeoutMs: 30_000,
            },
          ]),
      ...(same ? [] : keepSteps(on, file.path, text)),
    ],
    facts: [
      ...changed.map(([path, value]) => {
        const was = from.find(([other]) => other === path)?.[1] ?? '?';
        return { what: say({ en: '{path}', zh: '{path}' }, { path }), value: `${was} → ${value}`, at: place.at, holds: `${place.host.name} ${path} ${was}` };
      }),
      { what: say({ en: 'at boot', zh: '启动时' }), value: text === undefined ? '-' : file.path, at: place.at, holds: `file ${file.text ?? '-'}` },
      ...facts,
    ],
    locks: [place.lock(`kernel:${what}`)],
    risk,
    undo,
    notes: [
      ...(text === undefined ? [say({ en: 'until the next reboot only; `--persist` keeps it', zh: '仅到下次重启；`--persist` 可长期保留' })] : []),
      ...notes,
    ],
  };
}
