import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { daysLeft } from '../certs.ts';
import { certificatesOf } from '../doctor/certificates.ts';
import { found, skip } from '../doctor/verdicts.ts';

export default check({
  title: { en: 'certificates are not about to end', zh: '证书未临近到期' },
  why: { en: 'after its end nobody can connect without a warning', zh: '到期后连接都会报错' },
  source: 'RFC 5280, 4.1.2.5; openssl-x509(1), -enddate',
  appliesTo: { en: 'declared certificates, and those at well-known places', zh: '配置中的证书，以及常见位置的证书' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const all = await certificatesOf(look, host);
    const known = all.flatMap(({ served, file, ...one }) => [served ?? file].flatMap((cert) => (cert ? [{ ...one, cert }] : [])));
    if (known.length === 0) return skip('no certificate is known of it', '没有已知的证书');
    return found(
      ...known.map(({ name, cert, deploy = `cert list ${host.name}` }) => {
        const days = daysLeft(cert, look.now());
        if (days >= look.declared.doctor.certificateDays) return undefined;
        const what =
          days < 0
            ? say({ en: 'certificate {name} ended {days} d ago', zh: '证书 {name} 已过期 {days} 天' }, { name, days: -days })
            : say({ en: 'certificate {name} ends in {days} d', zh: '证书 {name} 将在 {days} 天后到期' }, { name, days });
        return { name, severity: days < 7 ? ('critical' as const) : ('warning' as const), what, fix: deploy };
      }),
    );
  },
});
