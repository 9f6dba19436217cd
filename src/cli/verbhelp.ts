import type { Lang } from '../core/words.ts';
import { USAGE } from './usage.ts';

/** How each verb is called, as an example. */
const EXAMPLES: Readonly<Record<string, string>> = {
  start: 'hostler start --config hostler.yaml',
  say: 'hostler say --as alice "vm list"',
  press: 'hostler press --as bob 7F3KQ approve',
  file: 'hostler file --as alice T0123456789A journal.txt',
  approve: 'hostler approve 7F3KQ --key ~/.ssh/id_ed25519',
  login: 'hostler login --url https://hostler.example.org',
  logout: 'hostler logout',
  config: 'hostler config check hostler.yaml --live',
  policy: 'hostler policy can @ana "vm reboot shop" --config hostler.yaml',
  audit: 'hostler audit export --config hostler.yaml --from 2026-01-05 | hostler audit verify -',
  chat: 'hostler chat check hostler.yaml',
  manifest: 'hostler manifest slack > manifest.json',
  watchdog: 'hostler watchdog --url https://hostler.example.org --ntfy https://ntfy.sh/example-oncall',
  notify: 'hostler notify scripts --title "nightly failed" --severity critical --label host=web1',
  desk: 'hostler desk --config hostler.yaml --redis unix:///run/redis/redis.sock',
  worker: 'hostler worker --site east --redis unix:///run/redis/redis.sock',
  gateway: 'hostler gateway --redis unix:///run/redis/redis.sock',
  lab: 'hostler lab --json',
};

const WORDS = {
  en: { options: 'options:', example: 'example:', more: 'hostler --help shows all verbs' },
  zh: { options: '选项：', example: '例如：', more: 'hostler --help 查看全部用法' },
} as const;

/** What `hostler VERB --help` prints: what of the whole usage is about this verb, its flags, and an example. `options`: its flags, as far as they are known here. */
export function verbHelp(verb: string, options: readonly string[], lang: Lang): string | undefined {
  const example = EXAMPLES[verb];
  if (example === undefined) return undefined;
  const [, entries = '', tail = ''] = USAGE[lang].split('\n\n');
  const own: string[] = [];
  let mine = false;
  for (const line of entries.split('\n')) {
    const named = /^ {2}hostler ([a-z]+)/.exec(line)?.[1];
    if (named !== undefined) mine = named === verb;
    if (mine) own.push(line);
  }
  const { options: flags, example: such, more } = WORDS[lang];
  const about = ['say', 'press'].includes(verb) ? tail.split('\n').filter((line) => line.startsWith('say ') || /\bsay and press\b/.test(line)) : [];
  return [...own, ...(options.length === 0 ? [] : [`${flags} ${options.map((name) => `--${name}`).join(' ')}`]), ...about, such, `  ${example}`, more, ''].join(
    '\n',
  );
}
