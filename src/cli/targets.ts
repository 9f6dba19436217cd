import { TEMPLATE } from '../core/alerts/proxmox.ts';
import { ASKED } from './scripts.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/**
 * Lines for a shell of root that make a webhook target and a matcher for everything. `body` and `header` values are base64, as is the secret, which is
 * kept where root alone can read it and filled in by the templates: POST /cluster/notifications/endpoints/webhook, and /config/… on a backup server.
 */
export function webhookTarget(kind: 'pve' | 'pbs', url: string, name: string): string {
  const [create, endpoints, matchers] =
    kind === 'pve'
      ? ['pvesh create', '/cluster/notifications/endpoints/webhook', '/cluster/notifications/matchers']
      : ['proxmox-backup-debug api create', '/config/notifications/endpoints/webhook', '/config/notifications/matchers'];
  const test =
    kind === 'pve' ? `pvesh create /cluster/notifications/targets/${name}/test` : `proxmox-backup-debug api create /config/notifications/targets/${name}/test`;
  return `${[
    `# paste into a shell of root${kind === 'pve' ? ' on any node' : ''}; then type the secret of this source`,
    '{',
    ...ASKED,
    `${create} ${endpoints} --name ${name} --method post --url '${url}' \\`,
    `  --header 'name=Content-Type,value=${base64('application/json')}' \\`,
    `  --header 'name=x-hostler-secret,value=${base64('{{ secrets.hostler }}')}' \\`,
    `  --secret "name=hostler,value=$(printf %s "$secret" | base64 -w0)" \\`,
    `  --body '${base64(TEMPLATE)}'`,
    'unset secret',
    `${create} ${matchers} --name ${name} --target ${name} --comment 'everything to the bot'`,
    '}',
    `${test}  # sends a test notification`,
  ].join('\n')}\n`;
}
