import { flag, guest, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { list, say } from '../../src/core/words.ts';
import { planSchedule } from '../../src/tools/hostbackup/schedule.ts';
import { amongHosts, declaredOn, oneNamed } from '../../src/tools/hostbackup.ts';

/** A host runs one of its declared backups by itself, by a unit and a timer of systemd; without --at and --off it only says how that is. */
export default command({
  summary: { en: 'Have a host run a backup by itself every day', zh: '让主机每天自动运行备份' },
  examples: ['backup schedule web1/etc --at 04:21 --password-file /etc/restic/password', 'backup schedule db1/data', 'backup schedule db1/data --off'],
  risk: 'none',
  among: amongHosts('name'),
  args: { name: guest() },
  options: {
    at: word(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, { en: 'HH:MM', zh: '时:分' }).optional(),
    /** A file on the host with the repository's password, which only root can read. */
    'password-file': word(/^\/[^\n]*$/, { en: 'PATH', zh: '路径' }).optional(),
    off: flag(),
  },
  plan({ name, at, 'password-file': password, off }, look) {
    const one = oneNamed(look, name);
    if (!one)
      throw new Refusal(
        say({ en: 'no host has a backup “{name}”', zh: '没有主机有备份“{name}”' }, { name }),
        say(
          { en: 'there is: {known}; guests have `backup jobs`', zh: '现有：{known}；客户机请用 `backup jobs`' },
          { known: list(declaredOn(look.hosts).map((known) => known.name)) },
        ),
      );
    if (off && (at !== undefined || password !== undefined)) throw new Refusal(say({ en: 'either --at or --off', zh: '--at 与 --off 只能选其一' }));
    if (!off && at === undefined && password !== undefined) throw new Refusal(say({ en: 'say when: --at 04:21', zh: '请指明时间：--at 04:21' }));
    return planSchedule(look, one, off ? 'off' : at === undefined ? undefined : { at, password });
  },
});
