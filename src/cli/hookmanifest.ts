import { say } from '../core/words.ts';
import { SNIPPETS, snippet } from './scripts.ts';
import { webhookTarget } from './targets.ts';
import { CliError } from './words.ts';

/** What sets others up to send alerts here; undefined for another manifest. `url`: of the bot; `name`: of the source in the configuration. */
export function hookManifest(what: string | undefined, url: string | undefined, name: string | undefined): string | undefined {
  const kind = what === 'pve-webhook' ? 'pve' : what === 'pbs-webhook' ? 'pbs' : undefined;
  const host = SNIPPETS.find((one) => one === what);
  if (kind === undefined && host === undefined) return undefined;
  // It comes to stand between quotes of a shell, and in files.
  if (url === undefined || !/^https?:\/\/[A-Za-z0-9._:[\]-]+(\/[A-Za-z0-9._/-]*)?$/.test(url))
    throw new CliError(
      say({ en: '--url takes the address of the bot, such as https://bot.example.org', zh: '--url 需要机器人的地址，例如 https://bot.example.org' }, {}),
    );
  const source = name ?? kind ?? 'notify';
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{1,31}$/.test(source))
    throw new CliError(say({ en: '--name takes the name of a source, not “{name}”', zh: '--name 需要来源的名称，而不是“{name}”' }, { name: source }));
  const hook = `${url.replace(/\/+$/, '')}/hooks/${source}`;
  return kind === undefined ? host && snippet(host, hook) : webhookTarget(kind, hook, source);
}
