import { host, span, word } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';
import { freed, journalFiles, journalUsage, type Vacuum, vacuum } from '../../src/tools/journal.ts';
import { mustRunSystemd } from '../../src/tools/systemctl-look.ts';
import { bytes } from '../../src/tools/units.ts';

const SIZES: Readonly<Record<string, number>> = { M: 2 ** 20, G: 2 ** 30 };

/** Removes archived journals, the oldest first: to a size, or to an age. */
export default command({
  summary: { en: 'Remove old log files', zh: '清理旧日志文件' },
  examples: ['log vacuum web1 --keep 50M', 'log vacuum web1 --older 14d'],
  risk: 'medium',
  args: { host: host() },
  options: { keep: word(/^[1-9]\d{0,5}[MG]$/, { en: '500M|2G', zh: '500M|2G' }).optional(), older: span().optional() },
  async plan({ keep, older }, look) {
    const [one] = look.hosts;
    if (!one) throw new Refusal(say({ en: 'there is no such host', zh: '没有此主机' }));
    if ((keep === undefined) === (older === undefined))
      throw new Refusal(
        say({ en: 'say what is to stay: either --keep or --older', zh: '请说明保留什么：--keep 或 --older 二者之一' }),
        say({ en: '`log vacuum {host} --keep 500M`', zh: '`log vacuum {host} --keep 500M`' }, { host: one.name }),
      );
    await mustRunSystemd(look, one);
    const what: Vacuum = keep === undefined ? { olderMs: older ?? 0 } : { keep: Number(keep.slice(0, -1)) * (SIZES[keep.slice(-1)] ?? 1) };
    const [usage, files] = await Promise.all([look.read(one, journalUsage()), look.read(one, journalFiles())]);
    const at = look.now();
    const gone = freed(files, what, at);
    const facts = [
      { what: say({ en: 'log of {host}', zh: '{host} 的日志' }, { host: one.name }), value: usage, at },
      {
        what: say({ en: 'freed', zh: '将释放' }),
        value: say(
          { en: 'about {size} in {n} archived files', zh: '约 {size}，{n} 个归档文件' },
          { size: bytes(gone.reduce((sum, { size }) => sum + size, 0)), n: gone.length },
        ),
        at,
        holds: `log files ${one.name} ${gone.length > 0 ? 'some' : 'none'}`,
      },
    ];
    const values = { host: one.name };
    if (gone.length === 0)
      return answer(
        say({ en: 'there is no archived log on {host} to remove; nothing was done', zh: '{host} 上没有可清理的归档日志；未做任何操作' }, values),
        [],
        { facts },
      );
    return {
      summary: say({ en: 'remove old log files on {host}', zh: '清理 {host} 上的旧日志文件' }, values),
      steps: [
        {
          kind: 'exec',
          on: { site: one.site, host: one.name },
          why: say({ en: 'remove archived journals', zh: '删除归档日志' }),
          argv: vacuum(what),
          timeoutMs: 300_000,
        },
      ],
      facts,
      locks: [{ name: `${one.site}/${one.name}/journal` }],
      risk: 'medium',
      undo: { impossible: say({ en: 'what is removed is gone', zh: '删除的日志无法恢复' }) },
    };
  },
});
