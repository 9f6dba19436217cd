import { sha256 } from '../../core/digest.ts';
import { type Said, say } from '../../core/words.ts';

/** The last hundred million numbers a guest may have: nobody counts that far. */
const SCRATCH = 900_000_000;

/** The number of a request's scratch guest. It comes from the request alone, so that no stranger’s guest can have it when it is destroyed. */
export function scratchId(ticket: string): number {
  return SCRATCH + (Number.parseInt(sha256(`scratch ${ticket}`).slice(0, 12), 16) % 99_999_999);
}

/** Network cards as they are to be before the first start: unplugged, with an address of their own. By name, as `PUT …/config` takes them. */
export function unplugged(config: ReadonlyMap<string, string>): { readonly [name: string]: string } {
  const cards = [...config].filter(([name]) => /^net\d+$/.test(name));
  return Object.fromEntries(cards.map(([name, value]) => [name, [...value.split(',').flatMap(withoutAddress), 'link_down=1'].join(',')]));
}

/** A card's words without its hardware address: the API makes a new one. A virtual machine's has it with its model: `virtio=BC:24:11:…`. */
function withoutAddress(word: string): string[] {
  const [name = '', value = ''] = word.split('=', 2);
  if (name === 'link_down' || name === 'hwaddr' || name === 'macaddr') return [];
  return /^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$/.test(value) ? [name] : [word];
}

/** Why a second guest with this config must not be started: it would share something with the first. */
export function untestable(config: ReadonlyMap<string, string>): Said | undefined {
  const names = [...config.keys()];
  const device = names.find((name) => /^(hostpci|usb|dev)\d+$/.test(name));
  if (device !== undefined)
    return say(
      { en: 'it has a device of its node ({device}), which a second guest would take away', zh: '它占用节点设备（{device}），第二台客户机会抢占' },
      { device },
    );
  const bind = [...config].find(([name, value]) => /^(mp\d+|virtiofs\d+)$/.test(name) && (value.startsWith('/') || name.startsWith('virtiofs')));
  if (bind)
    return say(
      { en: 'it shares a folder of its node ({name}), which a second guest would write to', zh: '它共享节点的目录（{name}），第二台客户机会写入其中' },
      { name: bind[0] },
    );
  if (config.has('hookscript')) return say({ en: 'it has a hook script, which would run for the test, too', zh: '它有钩子脚本，测试时也会运行' });
  return config.get('template') === '1' ? say({ en: 'it is a template, which cannot be started', zh: '它是模板，无法启动' }) : undefined;
}
