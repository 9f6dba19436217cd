import { targets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Block, Cell } from '../../src/core/types.ts';
import { list, say } from '../../src/core/words.ts';
import { answers, each, troubles } from '../../src/tools/each.ts';
import { knownFacts, mustHave } from '../../src/tools/facts.ts';
import { HOST } from '../../src/tools/look.ts';
import { lvm, type Volume } from '../../src/tools/lvm.ts';
import { bytes, percent } from '../../src/tools/units.ts';

/** A thin pool this full should be extended. */
const FULL = 80;

/** Volume groups and volumes: room, mirrors, thin pools. */
export default command({
  summary: { en: 'Show LVM: groups, volumes, mirrors, thin pools', zh: '查看 LVM：卷组、卷、镜像、精简池' },
  examples: ['lvm show kvm1', 'lvm show @kvm'],
  risk: 'none',
  args: { on: targets() },
  async plan(_input, look) {
    const all = await each(look, async (host) => {
      mustHave(host, await knownFacts(look, host), 'pvs', 'vgs', 'lvs');
      return look.read(host, lvm());
    });
    const groups: Block = {
      kind: 'table',
      columns: [HOST, say({ en: 'group', zh: '卷组' }), say({ en: 'size', zh: '大小' }), say({ en: 'free', zh: '可用' }), say({ en: 'devices', zh: '设备' })],
      rows: answers(all).flatMap(({ host, value }) =>
        value.groups.map((group): Cell[] => [
          host.name,
          group.name,
          bytes(group.size),
          bytes(group.free),
          list([
            ...value.physical.filter((one) => one.group === group.name).map((one) => `${one.name} ${percent(one.size - one.free, one.size)}`),
            ...(group.missing > 0 ? [say({ en: '⚠ {n} missing', zh: '⚠ 缺少 {n} 个' }, { n: group.missing })] : []),
          ]),
        ]),
      ),
    };
    const volumes: Block = {
      kind: 'table',
      columns: [
        HOST,
        say({ en: 'volume', zh: '逻辑卷' }),
        say({ en: 'size', zh: '大小' }),
        say({ en: 'type', zh: '类型' }),
        say({ en: 'health', zh: '状态' }),
        say({ en: 'copied', zh: '同步' }),
        say({ en: 'data', zh: '数据' }),
        say({ en: 'metadata', zh: '元数据' }),
      ],
      rows: answers(all).flatMap(({ host, value }) =>
        value.volumes
          .filter(({ name }) => !name.startsWith('['))
          .map((one): Cell[] => [
            host.name,
            `${one.group}/${one.name}`,
            bytes(one.size),
            one.type,
            health(one),
            one.copied === undefined ? '' : `${one.copied} %`,
            full(one.data),
            full(one.metadata),
          ]),
      ),
    };
    return answer(say({ en: 'LVM', zh: 'LVM' }), [groups, volumes], { notes: troubles(all) });
  },
});

function health({ health: said, attr }: Volume): Cell {
  if (said !== '') return say({ en: '⚠ {said}', zh: '⚠ {said}' }, { said });
  return attr[4] === 'a' ? say({ en: 'active', zh: '活动' }) : say({ en: 'not active', zh: '未激活' });
}

function full(share: number | undefined): Cell {
  if (share === undefined) return '';
  const text = `${share} %`;
  return share > FULL ? say({ en: '⚠ {text}', zh: '⚠ {text}' }, { text }) : text;
}
