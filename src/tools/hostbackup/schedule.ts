import { answer, type Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import type { ExecStep, Plan } from '../../core/types.ts';
import { type Said, say } from '../../core/words.ts';
import { knownFacts } from '../facts.ts';
import { fileText, putFile } from '../files.ts';
import type { OfHost } from '../hostbackup.ts';
import { aboutFact, lockOf, mustSee, targetOf } from './plan.ts';
import { closeScripts, MARK, scheduleFiles, type When, whenOf } from './schedule-files.ts';
import { standing, timerOff, timerOn } from './schedule-look.ts';

/** Has a host run a backup by itself every day, or no more. `wish` undefined: only says how it is. Throws Refusal. */
export async function planSchedule(look: Look, one: OfHost, wish: When | 'off' | undefined): Promise<Plan> {
  const { host, name } = one;
  const facts = await knownFacts(look, host);
  if (!facts.systemd) throw new Refusal(say({ en: '{host} has no systemd to run it', zh: '{host} 没有 systemd 来运行' }, { host: host.name }));
  const shown = scheduleFiles(one, typeof wish === 'object' ? wish : { at: '00:00', password: undefined });
  const { unit, timer, files } = shown;
  const [there, ...texts] = await Promise.all([
    look.read(host, standing(unit, timer, typeof wish === 'object' ? wish.password : undefined)),
    ...files.map(({ path }) => look.read(host, fileText(path))),
  ]);
  const before = whenOf(texts[1], texts[2]);
  const words = { name, host: host.name, unit, at: before?.at ?? '?' };
  if (there.fragment !== '' && !texts[1]?.startsWith(`${MARK} ${name}\n`))
    throw new Refusal(
      say(
        { en: '{unit} on {host} is not mine: {path}; nothing was done', zh: '{host} 上的 {unit} 不是由我写入：{path}；未做任何操作' },
        { ...words, path: there.fragment },
      ),
      say({ en: 'it runs as whoever wrote it wanted; move it away to have it written here', zh: '它按其作者的设置运行；如需由此处写入请先移走' }),
    );
  const none = before === undefined && texts.every((text) => text === undefined);
  if (wish === undefined)
    return answer(
      none
        ? say({ en: '{name} is run by nobody but who asks: no schedule', zh: '{name} 没有定时：仅在有人请求时运行' }, words)
        : say(
            { en: '{host} runs {name} every day at {at}, by {unit}; next: {next}', zh: '{host} 每天 {at} 由 {unit} 运行 {name}；下次：{next}' },
            { ...words, next: there.on ? there.next || '?' : say({ en: 'NEVER: its timer is off', zh: '不会：定时器已关闭' }) },
          ),
      [],
    );
  const on = targetOf(one);
  const exec = (why: Said, argv: ExecStep['argv'], stdin?: string): ExecStep => ({
    ...{ kind: 'exec', on, why, argv, timeoutMs: 60_000 },
    ...(stdin === undefined ? {} : { stdin }),
  });
  const back = before ? { at: before.at, ...(before.password === undefined ? {} : { 'password-file': before.password }) } : undefined;
  const state = {
    what: say({ en: 'schedule of {name} now', zh: '{name} 当前定时' }, words),
    value: before && there.on ? before.at : '-',
    at: look.now(),
    holds: `schedule ${name} ${there.on} ${there.fragment} ${there.password} ${JSON.stringify(texts)}`,
  };
  const common = { locks: [lockOf(one)], risk: 'medium' } as const;
  if (wish === 'off') {
    if (none) return answer(say({ en: '{name} has no schedule on {host} already', zh: '{host} 上 {name} 本无定时' }, words), []);
    return {
      ...common,
      summary: say({ en: '{host} runs {name} by itself no more', zh: '{host} 不再自动运行 {name}' }, words),
      steps: [
        exec(
          say({ en: 'stop {timer}, and remove it', zh: '停止并删除 {timer}' }, { timer }),
          timerOff(
            timer,
            files.map(({ path }) => path),
          ),
        ),
      ],
      facts: [state],
      undo: back
        ? { command: 'backup schedule', input: { name, ...back } }
        : { impossible: say({ en: 'its files did not say when it ran', zh: '其文件未说明运行时间' }) },
    };
  }
  mustRunAlone(one, wish, there.password);
  const seen = await mustSee(look, one);
  if (there.on && files.every(({ text }, i) => texts[i] === text))
    return answer(say({ en: '{host} already runs {name} every day at {at}', zh: '{host} 已每天 {at} 运行 {name}' }, words), []);
  return {
    ...common,
    summary: say({ en: '{host} runs {name} by itself every day at {at}', zh: '{host} 每天 {at} 自动运行 {name}' }, { ...words, at: wish.at }),
    steps: [
      exec(say({ en: 'let only root read its script', zh: '脚本仅 root 可读' }), closeScripts()),
      ...files.map(({ path, text, mode }) => exec(say({ en: 'write {path}', zh: '写入 {path}' }, { path }), putFile(path, mode), text)),
      exec(say({ en: 'start {timer}', zh: '启动 {timer}' }, { timer }), timerOn(timer)),
    ],
    facts: [aboutFact(one, look.now()), state],
    undo: { command: 'backup schedule', input: { name, ...(back && there.on ? back : { off: true }) } },
    notes: [
      say(
        { en: 'by the clock and time zone of {host}; missed while it was off, it runs at boot', zh: '按 {host} 的时钟与时区；关机期间错过则在启动后运行' },
        words,
      ),
      ...(seen.missing.length > 0 ? [say({ en: 'not there now: {paths}', zh: '当前不存在：{paths}' }, { paths: seen.missing.join(', ') })] : []),
    ],
  };
}

/** Throws Refusal where a host could not run it by itself, or where it would fill its own root file system. */
function mustRunAlone(one: OfHost, { password }: When, file: string): void {
  const { backup, name, host } = one;
  const odd = [backup.requiresMount ?? '', password ?? ''].find((path) => /[\s%"'\\]/.test(path));
  if (odd !== undefined) throw new Refusal(say({ en: 'a unit cannot name this path: {odd}', zh: '单元文件无法使用此路径：{odd}' }, { odd }));
  if (backup.paths.includes('/') && backup.repository.startsWith('/') && backup.requiresMount === undefined)
    throw new Refusal(
      say(
        { en: '{name} copies / to {to}: without its disk it would fill / with a copy of itself', zh: '{name} 将 / 复制到 {to}：磁盘未挂载时会填满 /' },
        { name, to: backup.repository },
      ),
      say({ en: 'add requiresMount: to it in the configuration', zh: '请在配置中为其添加 requiresMount:' }),
    );
  if (backup.password === undefined && password === undefined) return;
  if (backup.password !== undefined && password === undefined)
    throw new Refusal(
      say(
        { en: '{name} needs its password every time, and I write no secret to {host}', zh: '{name} 每次都需要密码，而我不会将秘密写入 {host}' },
        { name, host: host.name },
      ),
      say({
        en: 'put it in a file there that only root can read, and name it: --password-file /path',
        zh: '请在主机上放入仅 root 可读的文件，并用 --password-file /路径 指明',
      }),
    );
  if (backup.password === undefined) throw new Refusal(say({ en: '{name} has no password', zh: '{name} 没有密码' }, { name }));
  if (file === '') throw new Refusal(say({ en: 'there is no {path} on {host}', zh: '{host} 上没有 {path}' }, { path: password ?? '', host: host.name }));
  if (!/^[46]00 root$/.test(file))
    throw new Refusal(
      say(
        { en: '{path} on {host} is not root’s alone: {is}', zh: '{host} 上的 {path} 并非仅 root 可读：{is}' },
        { path: password ?? '', host: host.name, is: file },
      ),
      say({ en: 'chown root, chmod 600', zh: '请 chown root 并 chmod 600' }),
    );
}
