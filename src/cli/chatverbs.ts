import { loadConfig } from '../../config/load.ts';
import { say as words } from '../core/words.ts';
import { checkChats, slackManifest } from './chat.ts';
import { hookManifest } from './hookmanifest.ts';
import { proxmoxRoles, redisAcl } from './manifest.ts';
import { watchdogUnit } from './watchdogunit.ts';
import { CliError } from './words.ts';

/** `hostler chat check`. Returns the exit status. */
export async function chat([verb, file]: readonly string[]): Promise<number> {
  if (verb !== 'check' || file === undefined)
    throw new CliError(words({ en: 'usage: hostler chat check CONFIG-FILE', zh: '用法：hostler chat check 配置文件' }));
  const { text, good } = await checkChats(file);
  print(text);
  return good ? 0 : 1;
}

/** `hostler manifest …`: what other programs are set up with. Returns the exit status. */
export async function manifest([what, file]: readonly string[], url: string | undefined, name?: string): Promise<number> {
  const hook = file === undefined ? hookManifest(what, url, name) : undefined;
  if (hook !== undefined) return print(hook);
  if (what === 'slack' && file === undefined) {
    if (url !== undefined && !/^https:\/\/[^\s/]+/.test(url))
      throw new CliError(
        words(
          { en: '--url takes an https:// address that Slack can reach, not “{url}”', zh: '--url 需要 Slack 可访问的 https:// 地址，而不是“{url}”' },
          { url },
        ),
      );
    return print(await slackManifest(url));
  }
  if ((what === 'pve' || what === 'pbs') && (file === undefined || (what === 'pve' && /^[6-9]$/.test(file))))
    return print(proxmoxRoles(what, file === undefined ? undefined : Number(file)));
  if (what === 'watchdog' && file === undefined) return print(watchdogUnit(url));
  if (what !== 'redis-acl' || file === undefined)
    throw new CliError(
      words({
        en: 'usage: hostler manifest slack [--url https://…] | hostler manifest pve [8|9] | hostler manifest pbs | hostler manifest redis-acl CONFIG-FILE | hostler manifest watchdog [--url https://…] | hostler manifest pve-webhook|pbs-webhook|cron|systemd|smartd|zed --url https://… [--name SOURCE]',
        zh: '用法：hostler manifest slack [--url https://…] | hostler manifest pve [8|9] | hostler manifest pbs | hostler manifest redis-acl 配置文件 | hostler manifest watchdog [--url https://…] | hostler manifest pve-webhook|pbs-webhook|cron|systemd|smartd|zed --url https://… [--name 来源]',
      }),
    );
  return print(redisAcl(Object.keys(loadConfig(file).sites)));
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
