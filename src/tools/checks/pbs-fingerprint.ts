import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { servedAt } from '../doctor/served.ts';
import { found, GOOD, skip } from '../doctor/verdicts.ts';
import { storages } from '../proxmox/storages.ts';

/** Asked from the first node of a cluster that has a shell, as only it can speak TLS to any address. */
export default check({
  title: { en: 'the stored fingerprint of a backup server is the one it serves', zh: '备份服务器的指纹与其实际证书一致' },
  why: {
    en: 'after a new certificate every backup fails until the fingerprint in storage.cfg is the new one',
    zh: '证书更换后，storage.cfg 中的指纹不更新则备份全部失败',
  },
  source: 'Proxmox VE manual, “Proxmox Backup Server” storage: fingerprint; pvesm(1)',
  appliesTo: { en: 'nodes of a cluster with a storage of type pbs', zh: '带 pbs 存储的集群节点' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const cluster = look.clusterOf(host);
    if (!cluster) return skip('not a node of a cluster', '不是集群节点');
    const first = look.hosts.find(({ node }) => node?.cluster === cluster.name);
    if (first?.name !== host.name) return skip('asked on {first}', '在 {first} 上查询', { first: first?.name ?? '?' });
    const all = (await look.read(cluster, storages())).filter(({ type, disabled }) => type === 'pbs' && !disabled);
    if (all.length === 0) return skip('no storage of type pbs', '没有 pbs 类型的存储');
    const seen = await Promise.all(
      all.map(async ({ storage, more }) => {
        const values = new Map(more);
        const server = values.get('server') ?? '';
        if (!/^[A-Za-z0-9:][A-Za-z0-9:._-]*$/.test(server)) return undefined;
        const stored = values.get('fingerprint')?.toUpperCase();
        const served = await look.read(host, servedAt(`${server.includes(':') ? `[${server}]` : server}:${values.get('port') ?? '8007'}`));
        return { storage, server, stored, served };
      }),
    );
    const asked = seen.filter((one) => one?.stored !== undefined && one.served !== undefined);
    if (asked.length === 0) return skip('no server answers, or none has a fingerprint stored', '没有服务器回应，或未保存指纹');
    const wrong = asked.flatMap((one) => (one && one.stored !== one.served ? [one] : []));
    if (wrong.length === 0) return GOOD;
    return found(
      ...wrong.map(({ storage, server, stored = '', served = '' }) => ({
        name: storage,
        severity: 'critical' as const,
        what: say(
          { en: 'storage {storage} has fingerprint {stored}…, {server} serves {served}…', zh: '存储 {storage} 的指纹为 {stored}…，而 {server} 提供 {served}…' },
          { storage, server, stored: stored.slice(0, 11), served: served.slice(0, 11) },
        ),
      })),
    );
  },
});
