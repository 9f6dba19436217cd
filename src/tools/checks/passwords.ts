import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { system } from '../doctor/system.ts';
import { found, skip } from '../doctor/verdicts.ts';

export default check({
  title: { en: 'no account has an empty or a default password', zh: '没有空密码或默认密码的账户' },
  why: { en: 'anybody who reaches the host can enter it', zh: '任何能访问主机的人都能登录' },
  source: 'shadow(5); passwd(1), -S: NP; Raspberry Pi documentation: pi, raspberry',
  appliesTo: { en: 'hosts whose shadow(5) may be read', zh: '可读取 shadow(5) 的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const all = await look.read(host, system());
    const [empty, known] = [all.get('accounts-empty'), all.get('accounts-default')];
    if (!empty) return skip('/etc/shadow may not be read', '无权读取 /etc/shadow');
    // The host says the name, and a line is pressed as it stands.
    const fix = (name: string) => (/^[a-z_][a-z0-9_-]*$/.test(name) ? { fix: `user lock ${name} ${host.name}` } : {});
    const finding = (name: string, what: ReturnType<typeof say>) => ({ name, severity: 'critical' as const, what, ...fix(name) });
    // Nobody was found with one as nobody could be asked.
    if (empty.length === 0 && !known) return skip('neither perl nor python3 can compare passwords there', '没有可比较密码的 perl 或 python3');
    return found(
      ...empty.map((name) => finding(name, say({ en: 'account {name}: its password is empty', zh: '账户 {name} 的密码为空' }, { name }))),
      ...[...new Set(known)].map((name) =>
        finding(name, say({ en: 'account {name} has the password it was delivered with', zh: '账户 {name} 仍为出厂密码' }, { name })),
      ),
    );
  },
});
