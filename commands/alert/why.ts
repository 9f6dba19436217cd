import { alertName } from '../../src/core/alerts/args.ts';
import { alertNamed } from '../../src/core/alerts/asked.ts';
import { aliasCommand, SHELL_KINDS } from '../../src/core/command.ts';

/** What may be behind an alert: facts from its host now; of no known host, what the alert itself says. */
export default aliasCommand({
  at: 'ask',
  summary: { en: 'Show what may be behind an alert', zh: '查看告警可能的原因' },
  examples: ['alert why A0123456789A'],
  risk: 'none',
  args: { alert: alertName() },
  async become({ alert: id }, desk) {
    const { hosts } = await alertNamed(id, desk);
    const host = hosts.find((name) => desk.hosts.some((one) => one.name === name && SHELL_KINDS.includes(one.kind)));
    const meant = host === undefined ? { command: 'alert show', input: { alert: id } } : { command: 'host why', input: { host } };
    return { ...meant, from: { kind: 'alert', ticket: id } };
  },
});
