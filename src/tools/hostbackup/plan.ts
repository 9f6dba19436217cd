import type { Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import type { Fact, Lock, Outcome, Plan, Target } from '../../core/types.ts';
import { list, type Said, say } from '../../core/words.ts';
import { knownFacts, mustHave } from '../facts.ts';
import { lastWords, type OfHost, seenOf, TOOLS } from '../hostbackup.ts';
import type { Seen } from './tool.ts';

/** Where a step on a backup acts. */
export function targetOf({ host, backup }: OfHost): Target {
  return { site: host.site, host: host.name, name: backup.name };
}

export function lockOf({ host, backup }: OfHost): Lock {
  return { name: `${host.site}/${host.name}/backup:${backup.name}` };
}

/** Reads what there is of a backup, for a plan that uses it. Throws Refusal when its tool is not there, or its repository cannot be read, or what it needs is not mounted. */
export async function mustSee(look: Look, one: OfHost): Promise<Seen> {
  const { host, backup, name } = one;
  const tool = TOOLS[backup.tool];
  mustHave(host, await knownFacts(look, host), ...tool.needs);
  const seen = await seenOf(look, one);
  if (seen.unmounted)
    throw new Refusal(
      say(
        { en: '{mount} is not mounted on {host}, which {name} needs', zh: '{name} 所需的 {mount} 未在 {host} 上挂载' },
        { mount: backup.requiresMount ?? '', host: host.name, name },
      ),
      say({ en: 'mount it first', zh: '请先挂载' }),
    );
  if (seen.error !== undefined) {
    const init = initWords(one, seen.error);
    throw new Refusal(say({ en: '{name} cannot be read: {why}', zh: '{name} 无法读取：{why}' }, { name, why: seen.error }), init);
  }
  return seen;
}

/** There is no repository yet: making one is the owner's, who keeps its password. */
function initWords({ backup }: OfHost, error: string): Said | undefined {
  if (/password|passphrase/i.test(error)) return say({ en: 'the password of the configuration is not the repository’s', zh: '配置中的密码与仓库不符' });
  if (!/config file|does not exist|no such file/i.test(error)) return undefined;
  const line = backup.tool === 'borg' ? `borg init -e repokey ${backup.repository}` : `restic -r ${backup.repository} init`;
  return say({ en: 'if there is none yet, make it on the host: `{line}`', zh: '若尚无仓库，请在主机上创建：`{line}`' }, { line });
}

/** Throws Refusal when somebody holds the repository. `alone`: also when they would share it. */
export async function mustBeUnlocked(look: Look, { host, backup, name }: OfHost, alone: boolean): Promise<void> {
  const tool = TOOLS[backup.tool];
  const held = tool.locked && (await look.read(host, tool.locked(host, backup, alone)));
  if (held === undefined) return;
  throw new Refusal(
    say({ en: 'the repository of {name} is locked: {held}', zh: '{name} 的仓库被锁定：{held}' }, { name, held }),
    unlockWords(backup.tool, tool.unlock(backup) ?? ''),
  );
}

function unlockWords(tool: string, line: string): Said {
  return say({ en: 'wait until it is done; if no {tool} runs there any more: `{line}`', zh: '请等待其完成；若已没有 {tool} 在运行：`{line}`' }, { tool, line });
}

/** The tool and where it keeps its data: what a plan relies on. */
export function aboutFact({ backup, name }: OfHost, at: number): Fact {
  const { tool, repository, paths } = backup;
  return {
    what: say({ en: 'backup {name}', zh: '备份 {name}' }, { name }),
    value: say({ en: '{paths} by {tool} to {repository}', zh: '{paths}，由 {tool} 备份到 {repository}' }, { paths: list(paths), tool, repository }),
    at,
    holds: `backup ${name} ${tool} ${repository} ${paths.join(' ')}`,
  };
}

export function lastFact(one: OfHost, seen: Seen, at: number): Fact {
  return { what: say({ en: 'last backup', zh: '上次备份' }), value: lastWords(one, seen, at), at };
}

/** What a tool warned of, though it did its work; and how a locked repository is unlocked. */
export function warnings(plan: Plan, outcomes: readonly Outcome[]): Said[] {
  return plan.steps.flatMap((step, i) => {
    const outcome = outcomes[i];
    if (step.kind !== 'exec' || outcome?.kind !== 'exit') return [];
    const on = `${step.on.host}/${step.on.name ?? ''}`;
    const warned = [...outcome.output.matchAll(/^WARNING: (.*)$/gm)].map(([, text = '']) => text);
    const kept = outcome.code === 66 && /would go, and only/.test(outcome.output);
    const emptied = outcome.code === 66 && /there is no file in|holds none now/.test(outcome.output);
    const lines = outcome.output.split('\n').filter((line) => /error:|\[Errno|permission denied|No such file|does not exist/i.test(line));
    const locked = outcome.code !== 0 && /already locked|acquire the lock/i.test(outcome.output);
    return [
      ...warned.map((warning) =>
        lines.length === 0
          ? say({ en: '{on}: WARNING: {warning}', zh: '{on}：警告：{warning}' }, { on, warning })
          : say({ en: '{on}: WARNING: {warning} ({lines})', zh: '{on}：警告：{warning}（{lines}）' }, { on, warning, lines: list(lines.slice(0, 5)) }),
      ),
      ...(kept || emptied ? [meantWords(on, kept)] : []),
      ...(locked
        ? [
            say(
              {
                en: '{on}: the repository is locked: ask again; the refusal will say by whom, and how to unlock it',
                zh: '{on}：仓库被锁定：请重试；拒绝信息会说明由谁锁定以及如何解锁',
              },
              { on },
            ),
          ]
        : []),
    ];
  });
}

/** What is right where a run was ended because too little was there to back up. `copy`: a copy would have lost most of what it has. */
function meantWords(on: string, copy: boolean): Said {
  return copy
    ? say(
        {
          en: '{on}: most of the copy would have gone, so it was left as it is. Is a disk not mounted? If it is meant: `backup run {on} --confirm {on}`',
          zh: '{on}：副本的大部分内容会被删除，因此保持原样。是否有磁盘未挂载？若确实如此：`backup run {on} --confirm {on}`',
        },
        { on },
      )
    : say(
        {
          en: '{on}: what was to be backed up holds no files, so nothing was done. Is a disk not mounted? If it is meant: `backup run {on} --confirm {on}`',
          zh: '{on}：要备份的内容中没有文件，因此未做任何操作。是否有磁盘未挂载？若确实如此：`backup run {on} --confirm {on}`',
        },
        { on },
      );
}
