import { isOpen } from '../../src/core/alerts/alert.ts';
import { alertName } from '../../src/core/alerts/args.ts';
import { alertNamed } from '../../src/core/alerts/asked.ts';
import { beyondOn } from '../../src/core/alerts/believed.ts';
import { bodyBlocks } from '../../src/core/alerts/body.ts';
import { offerLabel } from '../../src/core/alerts/buttons.ts';
import { alertCard } from '../../src/core/alerts/card.ts';
import { memberBlocks } from '../../src/core/alerts/rows.ts';
import { leading, runbooksFor } from '../../src/core/alerts/runbook.ts';
import { historyTable } from '../../src/core/alerts/thread.ts';
import { answer, deskCommand } from '../../src/core/command.ts';

/** Members that are shown. */
const MEMBERS = 60;

/** All that is known of an alert: what belongs to it, what happened, what was tried, what helps. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'Show an alert with all that belongs to it', zh: '查看告警的全部内容' },
  examples: ['alert show A0123456789A'],
  risk: 'none',
  args: { alert: alertName() },
  async plan({ alert: id }, desk) {
    const alert = await alertNamed(id, desk);
    const names = Object.fromEntries([...desk.policy.people].map(([person, { name }]) => [person, name]));
    const own = new Set(desk.hosts.map(({ name }) => name));
    const sees = (host: string | undefined) => (host === undefined ? alert.hosts.length === 0 : own.has(host));
    const members = (await desk.alerts.members(id, MEMBERS)).filter(({ host }) => sees(host));
    const first = leading(alert);
    const runbook = first && runbooksFor(first, desk.routing.runbooks, desk.policy.hosts).find(({ url }) => url !== undefined)?.url;
    const beyond = beyondOn({ top: members }, desk.routing.sources, desk.policy.hosts);
    const more = { ...(runbook === undefined ? {} : { runbook }), ...(beyond ? { beyond } : {}) };
    const card = alertCard({ ...alert, top: members }, names, { silences: await desk.silences.list(), ...more });
    const blocks = card.blocks.filter(({ kind }) => kind !== 'table');
    const all = memberBlocks(alert, members, MEMBERS);
    const isAdmin = desk.room !== undefined && desk.room === desk.routing.admin;
    const bodies = isAdmin ? bodyBlocks(alert, await desk.alerts.malformed()) : [];
    return answer(card.title, [...blocks, ...bodies, ...all, ...(alert.history.length > 0 ? [historyTable(alert, (person) => names[person] ?? person)] : [])], {
      ...(alert.offers.length > 0 && isOpen(alert) ? { offers: alert.offers.map((offer) => ({ ...offer, label: offerLabel(offer, alert) })) } : {}),
    });
  },
});
