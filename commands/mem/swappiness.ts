import { flag, host, word } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';
import { here } from '../../src/tools/disks/here.ts';
import { fileText } from '../../src/tools/files.ts';
import { memory } from '../../src/tools/mem/look.ts';
import { keepSteps, setAll, valuesOf } from '../../src/tools/mem/sysfs.ts';

const FILE = '/etc/sysctl.d/99-hostler-swappiness.conf';
const VALUE = '/proc/sys/vm/swappiness';

/** How gladly the kernel swaps: sets it now and keeps it over reboots. */
export default command({
  summary: { en: 'Set swappiness', zh: '设置 swappiness' },
  examples: ['mem swappiness web1 10'],
  risk: 'low',
  args: { host: host(), value: word(/^([0-9]|[1-9][0-9]|1[0-9]{2}|200)$/, { en: 'N (0–200)', zh: 'N（0–200）' }) },
  options: {
    /** Sets it now and removes the file that would set it at boot. */
    forget: flag(),
  },
  async plan({ host: name, value, forget }, look) {
    const place = await here(look, name);
    const { host } = place;
    const [known, text] = await Promise.all([look.read(host, memory()), look.read(host, fileText(FILE))]);
    if (known.swappiness === undefined) throw new Refusal(say({ en: '{host} has no vm.swappiness', zh: '{host} 没有 vm.swappiness' }, { host: host.name }));
    const wanted = `# Written by Hostler.\nvm.swappiness = ${value}\n`;
    const kept = forget ? text === undefined : text === wanted;
    if (known.swappiness === Number(value) && kept)
      return answer(say({ en: 'swappiness on {host} is {value} already', zh: '{host} 的 swappiness 已为 {value}' }, { host: host.name, value }), []);
    const on = place.on('swappiness');
    return {
      summary: say(
        { en: 'set swappiness on {host} from {from} to {to}', zh: '将 {host} 的 swappiness 从 {from} 改为 {to}' },
        { host: host.name, from: known.swappiness, to: value },
      ),
      steps: [
        { kind: 'exec', on, why: say({ en: 'set it', zh: '设置' }), argv: setAll([[VALUE, value]]), timeoutMs: 30_000 },
        {
          kind: 'wait',
          on,
          why: say({ en: 'until it is so', zh: '直到生效' }),
          read: valuesOf([VALUE]),
          until: { is: value },
          everyMs: 500,
          timeoutMs: 10_000,
        },
        ...(kept ? [] : keepSteps(on, FILE, forget ? undefined : wanted)),
      ],
      facts: [
        { what: say({ en: 'now', zh: '当前' }), value: String(known.swappiness), at: place.at, holds: `swappiness ${host.name} ${known.swappiness}` },
        { what: say({ en: 'at boot', zh: '启动时' }), value: text === undefined ? '-' : FILE, at: place.at, holds: `file ${text ?? '-'}` },
      ],
      locks: [place.lock('sysctl:vm.swappiness')],
      risk: 'low',
      undo: { command: 'mem swappiness', input: { host: name, value: String(known.swappiness), forget: text === undefined } },
    };
  },
});
