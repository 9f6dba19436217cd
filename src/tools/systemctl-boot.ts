import { type Said, say } from '../core/words.ts';
import { masked } from './systemctl-change.ts';
import type { UnitThere } from './systemctl-look.ts';

/** Why a unit can neither be enabled nor disabled, if so: only `enabled` and `disabled` are each other's opposite. systemctl(1), is-enabled. */
export function bootObstacle(unit: UnitThere): { readonly message: Said; readonly hint?: Said } | undefined {
  const { host, id, shown } = unit;
  const state = shown.UnitFileState ?? '';
  if (state === 'enabled' || state === 'disabled') return undefined;
  const why = WHY[state] ?? say({ en: 'its unit file is “{state}”', zh: '其单元文件状态为“{state}”' }, { state: state || '?' });
  return (
    masked(unit) ?? {
      message: say(
        { en: '“{id}” on {host} is neither enabled nor disabled: {why}; nothing was done', zh: '{host} 上的“{id}”无法设置开机启动：{why}；未做任何操作' },
        { id, host: host.name, why },
      ),
    }
  );
}

const WHY: Readonly<Record<string, Said>> = {
  static: say({ en: 'it has no [Install] section, others start it', zh: '它没有 [Install] 段，由其他单元启动' }),
  indirect: say({ en: 'it is started by other units that are enabled in its place', zh: '由代替它启用的其他单元启动' }),
  generated: say({ en: 'its unit file is generated at every boot', zh: '其单元文件在每次启动时生成' }),
  transient: say({ en: 'it was made at run time, and is gone at the next boot', zh: '它是运行时创建的，重启后消失' }),
  'enabled-runtime': say({ en: 'it is enabled until the next boot only', zh: '仅启用到下次重启' }),
};
