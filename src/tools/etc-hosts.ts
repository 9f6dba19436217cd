import type { Host, Look } from '../core/command.ts';
import { answer } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import type { Plan, Step } from '../core/types.ts';
import { type Said, say } from '../core/words.ts';
import { knownFacts } from './facts.ts';
import { fileText, putFile } from './files.ts';
import { shell } from './shell.ts';

export const HOSTS_FILE = '/etc/hosts';

/** By which the bot knows its own lines. hosts(5): the rest of a line after `#` is ignored. */
const MARK = '# hostler';

/** A line of hosts(5) that gives names an address. */
export interface Entry {
  readonly address: string;
  readonly names: readonly string[];
  readonly own: boolean;
}

/** What a line says; undefined where it says nothing. */
export function entryOf(line: string): Entry | undefined {
  const [address, ...names] = (line.split('#')[0] ?? '').split(/\s+/).filter(Boolean);
  return address === undefined || names.length === 0 ? undefined : { address, names, own: line.trimEnd().endsWith(MARK) };
}

/** The entries that give this name an address, in their order. */
export function entriesFor(text: string, name: string): Entry[] {
  return text.split('\n').flatMap((line) => {
    const entry = entryOf(line);
    return entry?.names.some((one) => one.toLowerCase() === name.toLowerCase()) ? [entry] : [];
  });
}

/** The text without this name; a line that gives no other name its address goes whole. Every other line stays as it is. */
export function without(text: string, name: string): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const entry = entryOf(line);
      if (!entry?.names.some((one) => one.toLowerCase() === name.toLowerCase())) return [line];
      const rest = entry.names.filter((one) => one.toLowerCase() !== name.toLowerCase());
      const [, comment = ''] = /(\s*#.*)$/.exec(line) ?? [];
      return rest.length === 0 ? [] : [`${entry.address}\t${rest.join(' ')}${comment}`];
    })
    .join('\n');
}

/** The text in which this name has this address and no other, in a line of its own at the end. */
export function withEntry(text: string, name: string, address: string): string {
  const rest = without(text, name);
  return `${rest}${rest === '' || rest.endsWith('\n') ? '' : '\n'}${address}\t${name} ${MARK}\n`;
}

/** Gives a name an address on a host, or, without one, takes the bot's own line out. Throws Refusal. */
export async function planHosts(look: Look, host: Host, name: string, address: string | undefined, replace: boolean): Promise<Plan> {
  const facts = await knownFacts(look, host);
  const text = (await look.read(host, fileText(HOSTS_FILE))) ?? '';
  const before = entriesFor(text, name);
  const others = before.filter(({ own }) => !own);
  const [first] = before;
  const words = { name, host: host.name, address: address ?? '', was: before.map((entry) => entry.address).join(', ') };
  if (/^(localhost|ip6-.*)$/i.test(name) || name.toLowerCase() === host.name.toLowerCase())
    throw new Refusal(say({ en: '“{name}” is {host} itself; its line stays', zh: '“{name}”是 {host} 自身，其条目保持不变' }, words));
  if (address === undefined && before.length === 0)
    return answer(say({ en: '/etc/hosts of {host} does not name {name}', zh: '{host} 的 /etc/hosts 中没有 {name}' }, words), []);
  if (address !== undefined && before.length === 1 && first?.address === address)
    return answer(say({ en: '{name} already is {address} on {host}', zh: '{host} 上 {name} 已是 {address}' }, words), []);
  const [other] = others;
  if (other && !replace)
    throw new Refusal(
      say(
        {
          en: '/etc/hosts of {host} gives {name} the address {was}, and I did not write that; nothing was done',
          zh: '{host} 的 /etc/hosts 已将 {name} 指向 {was}，且并非由我写入；未做任何操作',
        },
        { ...words, was: other.address },
      ),
      say({ en: 'if that is to go: --replace', zh: '如需替换：--replace' }),
    );
  const next = address === undefined ? without(text, name) : withEntry(text, name, address);
  const undo: Plan['undo'] =
    before.length > 1
      ? { impossible: say({ en: 'it had several addresses: {was}', zh: '之前有多个地址：{was}' }, words) }
      : first
        ? { command: 'net hosts set', input: { host: host.name, name, address: first.address } }
        : { command: 'net hosts remove', input: { host: host.name, name } };
  const on = { site: host.site, host: host.name };
  const verify: Step[] =
    address === undefined || !facts.tools.has('getent')
      ? []
      : [
          {
            kind: 'exec',
            on,
            why: say({ en: 'see that {name} is {address}', zh: '确认 {name} 是 {address}' }, words),
            argv: isAt(name, address),
            timeoutMs: 30_000,
          },
        ];
  return {
    summary: summaryOf(address, words),
    steps: [
      { kind: 'exec', on, why: say({ en: 'write /etc/hosts', zh: '写入 /etc/hosts' }), argv: putFile(HOSTS_FILE), stdin: next, timeoutMs: 30_000 },
      ...verify,
    ],
    facts: [
      {
        what: say({ en: '{name} in /etc/hosts of {host} now', zh: '{host} 的 /etc/hosts 中 {name} 当前' }, words),
        value: words.was || '-',
        at: look.now(),
        holds: `hosts ${host.name} ${text}`,
      },
    ],
    locks: [{ name: `${host.site}/${host.name}/hosts` }],
    risk: 'medium',
    undo,
    notes: [
      ...(/manage_etc_hosts/.test(text)
        ? [say({ en: 'cloud-init writes this file: at the next boot the line may be gone', zh: '该文件由 cloud-init 写入：下次启动后此行可能消失' })]
        : []),
      ...(other
        ? [
            say(
              { en: 'a line of someone else loses this name: {was}', zh: '他人写入的条目将去掉此名称：{was}' },
              { was: `${other.address} ${other.names.join(' ')}` },
            ),
          ]
        : []),
    ],
  };
}

function summaryOf(address: string | undefined, words: { readonly name: string; readonly host: string; readonly address: string }): Said {
  return address === undefined
    ? say({ en: 'take {name} out of /etc/hosts of {host}', zh: '从 {host} 的 /etc/hosts 移除 {name}' }, words)
    : say({ en: '{name} is {address} on {host}', zh: '{host} 上 {name} 指向 {address}' }, words);
}

/** Whether the host itself takes a name for this address: getent(1). */
function isAt(name: string, address: string) {
  return shell('hosts-check', 'timeout 9 getent ahosts "$1" | awk -v a="$2" \'{ print } $1 == a { f = 1 } END { exit !f }\'', name, address);
}
