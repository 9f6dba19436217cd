import { check } from '../../core/check.ts';
import { list, say } from '../../core/words.ts';
import { system, unitOf, wordsOf } from '../doctor/system.ts';
import { found, skip } from '../doctor/verdicts.ts';

const KUBELETS = ['kubelet.service', 'k3s.service', 'rke2-server.service', 'rke2-agent.service'];

export default check({
  title: { en: 'Kubernetes nodes have no swap', zh: 'Kubernetes 节点没有交换分区' },
  why: {
    en: 'kubelet refuses to start with swap; swapoff alone is undone by fstab at the next boot',
    zh: '启用交换时 kubelet 拒绝启动；仅 swapoff 会在下次启动时被 fstab 恢复',
  },
  source: 'Kubernetes documentation, “Installing kubeadm”: swap configuration; fstab(5)',
  appliesTo: { en: 'hosts with kubelet', zh: '有 kubelet 的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const all = await look.read(host, system());
    const kubelet = KUBELETS.some((id) => ['loaded', 'masked'].includes(unitOf(all, id)?.get('LoadState') ?? ''));
    if (!kubelet) return skip('there is no kubelet', '没有 kubelet');
    const [on, fstab] = ['swaps', 'fstab-swap'].map((part) => (all.get(part) ?? []).map((line) => wordsOf(line)[0] ?? ''));
    if (!on?.length && !fstab?.length) return found();
    return found({
      severity: 'warning',
      what: on?.length
        ? say({ en: 'swap is on: {on}', zh: '交换分区已启用：{on}' }, { on: list(on) })
        : say(
            { en: 'swap is off, and back after a reboot: fstab has {fstab}', zh: '交换分区已关闭，但重启后会恢复：fstab 中有 {fstab}' },
            { fstab: list(fstab ?? []) },
          ),
      fix: `mem swap off ${host.name}`,
    });
  },
});
