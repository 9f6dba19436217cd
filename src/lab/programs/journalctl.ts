import { type Call, fail } from '../program.ts';
import { strftime } from './clock.ts';

const KNOWN = /^(-b|-q|--no-pager|--no-hostname|--quiet)$/;

/** `journalctl` with -u, -n, -o short|short-iso|cat: what changed on the host since the lab began. */
export function journalctl(call: Call): number {
  const { machine } = call;
  let unit: string | undefined;
  let most = Number.POSITIVE_INFINITY;
  let format = 'short';
  const words = call.argv.slice(1);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const [, option = '', given] = /^(-[uno]|--(?:unit|lines|output)(?==|$))=?(.+)?$/.exec(word) ?? [];
    const value = option === '' ? '' : (given ?? words[++i] ?? '');
    if (/^-(u|-unit)/.test(option)) unit = value.replace(/\.service$/, '');
    else if (/^-(n|-lines)/.test(option)) most = Number(value) || 10;
    else if (option !== '') format = value;
    else if (!KNOWN.test(word)) return fail(call, `Failed to add match '${word}': Invalid argument`);
  }
  const entries = machine.journal.filter(({ by, text }) => unit === undefined || by === unit || text.includes(` ${unit}.service `));
  if (entries.length === 0) call.out('-- No entries --\n');
  for (const { at, by, text } of entries.slice(-most)) {
    const time = strftime(format === 'short-iso' ? '%FT%T+0000' : '%b %d %T', at);
    call.out(format === 'cat' ? `${text}\n` : `${time} ${machine.name} ${by}[${by === 'systemd' ? 1 : 640}]: ${text}\n`);
  }
  return 0;
}
