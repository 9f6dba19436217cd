import { answer, type Host, type Look } from '../../core/command.ts';
import { sha256 } from '../../core/digest.ts';
import { Refusal } from '../../core/errors.ts';
import { assess } from '../../core/risk.ts';
import type { Block, ExecStep, Fact, Plan, Step, Undo, WaitStep } from '../../core/types.ts';
import { list, type Said, say } from '../../core/words.ts';
import { confirmed, WITHIN } from '../confirm.ts';
import { disturbsHost } from '../expects.ts';
import { mustHave } from '../facts.ts';
import { putFile, removeFile } from '../files.ts';
import { type Configured, configured, NETPLAN_OWN, writes } from '../links.ts';
import { oneNodeAtATime } from '../onenode.ts';
import { probesFor } from '../probes.ts';
import { changed, reverse } from './change.ts';
import { checkChange, mustBeThere } from './check.ts';
import { changes, type Files, type LinkConf, sameLinks } from './conf.ts';
import { lineDiff } from './diff.ts';
import { applyStaged, nodeOf, nothingStaged, staged, stagingOf } from './pve.ts';
import { type Running, running } from './running.ts';
import { settleArgv, settled } from './settle.ts';
import { inputOf, type Wish } from './wish.ts';

/** What a command asks for: what is to be, within how many seconds it must have proven itself, and what people should know. */
export interface Asked {
  readonly wish: Wish;
  readonly within?: number | undefined;
  readonly summary: Said;
  readonly notes?: readonly Said[];
  /** Links that must be there for this to make sense. */
  readonly needs?: readonly string[];
  /** It must be configured, as this. */
  readonly existing?: { readonly name: string; readonly kinds: readonly LinkConf['kind'][] };
}

/** A wish turned into a plan: what is configured and what runs is read, what cannot work refused, the difference shown, and the host goes back unless it proves itself. */
export async function planLinks(look: Look, host: Host, asked: Asked): Promise<Plan> {
  const { wish } = asked;
  const node = nodeOf(look, host);
  const [known, now] = await Promise.all([configured(look, host, [wish.link, ...(asked.needs ?? [])]), look.read(host, running())]);
  if (node) await nothingStaged(look, host, node);
  mustHave(host, known.facts, known.way.needs);
  mustBeOpen(host, known, [wish.link]);
  for (const name of asked.needs ?? []) mustBeThere({ host, now, before: known.links }, name);
  mustExist(host, known, asked);
  const after = changed(known.links, wish);
  mustBeOpen(host, known, namesChanged(known.links, after));
  if (sameLinks(known.links, after))
    return answer(say({ en: '{wish}: already so', zh: '{wish}：已是如此' }, { wish: asked.summary }), [], asked.notes ? { notes: asked.notes } : {});
  checkChange({ host, before: known.links, after, now });
  const files = edited(host, known, after);
  const [probes, { locks, facts }] = await Promise.all([probesFor(look, host), oneNodeAtATime(look, host)]);
  const at = look.now();
  const { risk, facts: hazards } = assess('high', { host: host.name }, look.self, at);
  const on = { site: host.site, host: host.name };
  const names = changes(known.links, after).map(({ name }) => name);
  const staging =
    node && known.way.name === 'ifupdown2' ? stagingOf(node, known.links, after, (await look.read(node.cluster, staged(node.node))).links) : undefined;
  const settle = (how: string, from: readonly LinkConf[], to: readonly LinkConf[], a: Files, b: Files): ExecStep['argv'] =>
    settleArgv(how, from, to, known.way.again(a, b));
  const write = writes(known.files, files).map(
    ({ path, text }): ExecStep => ({
      kind: 'exec',
      on,
      why: text === undefined ? say({ en: 'remove {path}', zh: '删除 {path}' }, { path }) : say({ en: 'write {path}', zh: '写入 {path}' }, { path }),
      argv: text === undefined ? removeFile(path) : putFile(path, known.way.mode),
      ...(text === undefined ? {} : { stdin: text }),
      timeoutMs: 30_000,
    }),
  );
  const use: ExecStep = {
    kind: 'exec',
    on,
    why: say({ en: 'have it used', zh: '使其生效' }),
    argv: settle(staging ? 'pve' : known.way.name, known.links, after, known.files, files),
    timeoutMs: 90_000,
  };
  const act: Step[] = [...(node && staging ? applyStaged(on, node, staging, names) : write), use, seen(on, known.links, after)];
  return {
    summary: asked.summary,
    answer: [card(known, files)],
    steps: confirmed({
      on,
      id: look.ticket,
      save: known.way.save,
      restore: settle(known.way.name, after, known.links, files, known.files),
      afterS: asked.within ?? WITHIN.usual,
      act,
      probes,
    }),
    facts: [...hazards, ...factsOf(host, known, now, at), ...facts],
    locks: [{ name: `${host.site}/${host.name}/network` }, ...locks],
    risk,
    expects: disturbsHost(host),
    undo: undoOf(host, known.links, after, wish),
    notes: asked.notes ?? [],
  };
}

/** The links that would be written about: what differs, and the ports of it. */
function namesChanged(before: readonly LinkConf[], after: readonly LinkConf[]): string[] {
  return changes(before, after).flatMap(({ name, was, is }) => [name, ...(was?.ports ?? []), ...(is?.ports ?? [])]);
}

/** Throws Refusal for a link of a file that is not read: a second one about it would fight with that. */
function mustBeOpen(host: Host, { sealed }: Configured, names: readonly string[]): void {
  const found = sealed.find(({ links }) => links.some((name) => names.includes(name)));
  if (!found) return;
  const words = { path: found.path, host: host.name, links: list(found.links) };
  throw new Refusal(
    say(
      {
        en: '{path} on {host} configures {links} and holds a secret, so that I do not read it: a second one would fight with it; nothing was done',
        zh: '{host} 上的 {path} 配置了 {links} 并含有密钥，我不读取它；另写一份会与之冲突；未做任何操作',
      },
      words,
    ),
    say({ en: 'change it there by hand, such as with `nmcli connection edit`', zh: '请在该主机上手动修改，例如用 `nmcli connection edit`' }),
  );
}

function mustExist(host: Host, { links }: Configured, { existing }: Asked): void {
  if (!existing) return;
  const found = links.find(({ name }) => name === existing.name);
  if (found && existing.kinds.includes(found.kind)) return;
  const others = links.filter(({ kind }) => existing.kinds.includes(kind)).map(({ name }) => name);
  throw new Refusal(
    say(
      { en: '“{name}” is not configured on {host} as {kind}', zh: '{host} 上没有配置为 {kind} 的“{name}”' },
      { name: existing.name, host: host.name, kind: existing.kinds.join('/') },
    ),
    others.length > 0 ? say({ en: 'there are: {others}', zh: '现有：{others}' }, { others: list(others) }) : undefined,
  );
}

/** The files as they are to be, having seen that they say what was asked for. Throws Refusal where they cannot. */
function edited(host: Host, { way, files, links }: Configured, after: readonly LinkConf[]): Files {
  const next = way.edit(files, after);
  if (sameLinks(way.parse(next), after)) return next;
  const where = changes(links, after).flatMap(({ was }) => (was?.where !== undefined && was.where !== NETPLAN_OWN ? [was.where] : []));
  throw new Refusal(
    way.name === 'netplan'
      ? say(
          { en: 'another file of netplan on {host} says it, and those I do not write to', zh: '{host} 的其他 netplan 文件已有此设置，我不会改写这些文件' },
          { host: host.name },
        )
      : say(
          { en: '{way} on {host} cannot be made to say this without more changing', zh: '无法在 {host} 的 {way} 中仅做此更改' },
          { way: way.name, host: host.name },
        ),
    where.length > 0 ? say({ en: 'edit by hand: {files}', zh: '请手动修改：{files}' }, { files: list([...new Set(where)]) }) : undefined,
  );
}

/** Waits until the kernel has what is configured. */
function seen(on: WaitStep['on'], before: readonly LinkConf[], after: readonly LinkConf[]): WaitStep {
  return {
    kind: 'wait',
    on,
    why: say({ en: 'until the kernel has it', zh: '直到内核生效' }),
    read: { argv: settled(before, after).argv },
    until: { is: 'settled' },
    everyMs: 500,
    timeoutMs: 25_000,
  };
}

function card(known: Configured, after: Files): Block {
  const parts = writes(known.files, after).map(({ path, text = '' }) => `${path}\n${lineDiff(known.files.get(path) ?? '', text)}`);
  return { kind: 'code', text: parts.join('\n\n') };
}

function factsOf(host: Host, { way, files, links }: Configured, now: Running, at: number): Fact[] {
  const text = [...files].map(([path, body]) => `${path}\n${body}`).join('\n');
  const run = now.links
    .map(({ name, kind, master, addresses, lent }) => [name, kind, master ?? '', ...addresses.filter((one) => !lent.includes(one))].join(' '))
    .filter((line) => !/^(vnet|tap|veth|fw)/.test(line));
  return [
    {
      what: say({ en: 'links of {host}', zh: '{host} 的网卡' }, { host: host.name }),
      value: say({ en: '{n} configured by {way}', zh: '{n} 个，由 {way} 配置' }, { n: links.length, way: way.name }),
      at,
      holds: `links ${host.name} ${way.name} ${sha256(text)} ${sha256(run.join('\n'))}`,
    },
  ];
}

/** The opposite command with the old values, where it truly brings back what was. */
function undoOf(host: Host, before: readonly LinkConf[], after: readonly LinkConf[], wish: Wish): Undo {
  const back = reverse(before, wish);
  if (back && sameLinks(changed(after, back), before)) return { command: `net ${back.do}`, input: inputOf(host.name, back) };
  return {
    impossible: say({ en: 'no single command says how it was: the card shows the old lines', zh: '没有单个命令能表达原有配置：卡片上列有旧内容' }),
  };
}
