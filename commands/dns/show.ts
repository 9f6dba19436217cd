import { dnsName } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Block, Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { recordsOf, zoneRecords } from '../../src/tools/records.ts';
import { zoneHosts, zoneOf } from '../../src/tools/records-plan.ts';

/** The records of a name, or of a whole declared zone where its server gives them out, as its primary server says. */
export default command({
  summary: { en: 'Show DNS records of a name or a zone', zh: '查看域名或区域的 DNS 记录' },
  examples: ['dns show www.example.org', 'dns show example.org'],
  risk: 'none',
  among: ({ name }, hosts) => zoneHosts(name, hosts),
  args: { name: dnsName() },
  async plan({ name: typed }, look) {
    const { zone, host, name } = await zoneOf(look, typed);
    const whole = name === zone.name.toLowerCase();
    const all = whole ? await look.read(host, zoneRecords(zone)) : undefined;
    const given = all !== undefined && all.records.length > 0;
    const one = given ? all : await look.read(host, recordsOf(zone, name));
    const rows = one.records
      .filter((record) => given || record.name === `${name}.` || record.type === 'CNAME')
      .filter((record) => whole || record.type !== 'SOA')
      .slice(0, 500)
      .map(({ name: of, ttl, type, value }): Cell[] => [of, type, value, ttl]);
    const table: Block = {
      kind: 'table',
      columns: [say({ en: 'name', zh: '域名' }), say({ en: 'type', zh: '类型' }), say({ en: 'value', zh: '值' }), say({ en: 'TTL', zh: 'TTL' })],
      rows,
    };
    const nothing: Block = {
      kind: 'text',
      text:
        one.why === ''
          ? say({ en: 'there is no record', zh: '没有记录' })
          : say({ en: '{server} gives no answer: {why}', zh: '{server} 没有应答：{why}' }, { server: zone.server, why: one.why }),
    };
    return answer(
      say({ en: '{name} as {server} says', zh: '{server} 对 {name} 的应答' }, { name, server: zone.server }),
      [rows.length > 0 ? table : nothing],
      whole && !given
        ? {
            notes: [
              say(
                { en: 'the whole zone is not given out to key {key}: {why}', zh: '服务器未向密钥 {key} 提供整个区域：{why}' },
                { key: zone.key.name, why: all?.why || '-' },
              ),
            ],
          }
        : {},
    );
  },
});
