import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { certificatesOf } from '../doctor/certificates.ts';
import { found, skip } from '../doctor/verdicts.ts';

export default check({
  title: { en: 'the certificate that is served is the one in the file', zh: '所提供的证书与文件一致' },
  why: { en: 'a renewed file is of no use until its service reads it again', zh: '更新后的文件在服务重新读取之前不起作用' },
  source: 'openssl-s_client(1); pveproxy(8), “SSL certificates”',
  appliesTo: { en: 'declared certificates with a port, and nodes of a cluster', zh: '带端口的证书，以及集群节点' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const all = (await certificatesOf(look, host)).filter(({ port }) => port !== 0);
    if (all.length === 0) return skip('no certificate with a port is known of it', '没有已知的带端口证书');
    if (!all.some(({ file, served }) => file && served)) return skip('file or served certificate could not be read', '无法读取文件或所提供的证书');
    return found(
      ...all.map(({ name, port, file, served, reload }) =>
        !file || !served || file.fingerprint === served.fingerprint
          ? undefined
          : {
              name,
              severity: 'warning' as const,
              what: say(
                { en: 'port {port} serves {served}…, the file of {name} is {file}…', zh: '端口 {port} 提供 {served}…，而 {name} 的文件为 {file}…' },
                { port, name, served: served.fingerprint.slice(0, 11), file: file.fingerprint.slice(0, 11) },
              ),
              ...(reload === undefined ? {} : { fix: `svc restart ${reload} ${host.name}` }),
            },
      ),
    );
  },
});
