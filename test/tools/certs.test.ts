import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Host } from '../../src/core/command.ts';
import type { DeclaredCertificate } from '../../src/core/declared.ts';
import { sha256 } from '../../src/core/digest.ts';
import type { Step } from '../../src/core/types.ts';
import { deploySteps, parseSaved, rollbackSteps } from '../../src/tools/certs/deploy.ts';
import { judged } from '../../src/tools/certs/list.ts';
import { parseCertificate } from '../../src/tools/certs/parse.ts';
import { wavesOf } from '../../src/tools/certs/plan.ts';
import { covers, daysLeft, parsePair, parsePlaced } from '../../src/tools/certs.ts';

/** As OpenSSL 3.0.20 prints it. */
const RSA = `subject=CN=web1.example.org,O=Example\\, Inc,C=DE
issuer=CN=web1.example.org,O=Example\\, Inc,C=DE
notBefore=Nov 21 22:08:08 2026 GMT
notAfter=Dec 21 22:08:08 2026 GMT
sha256 Fingerprint=7E:1E:C0:5A:51:E3:58:7B:8E:96:F6:4D:21:B3:7A:74:84:9D:BB:7C:70:38:DC:91:2C:4B:32:CF:85:C0:DC:C7
X509v3 Subject Alternative Name: 
    DNS:web1.example.org, DNS:*.example.net, IP Address:192.0.2.1
            Public Key Algorithm: rsaEncryption
                Public-Key: (2048 bit)
`;
const EC = `No extensions in certificate
subject=CN=x
issuer=CN=x
notAfter=Nov 24 22:08:09 2026 GMT
sha256 Fingerprint=8F:04:82:9F:27:96:B7:C9:0D:94:26:30:FB:62:45:E2:1E:CB:82:A3:9E:EB:AF:5B:56:63:FD:40:37:1F:A4:7A
            Public Key Algorithm: id-ecPublicKey
                Public-Key: (256 bit)
`;
const SHA = 'a16f466de3ac179fe1e74e39ef0cc6e3fffa080e3e5f53c8ea54e808aadc775b';

it('what openssl prints is read', () => {
  expect(parseCertificate(RSA)).toMatchObject({
    names: ['web1.example.org', '*.example.net', '192.0.2.1'],
    key: 'RSA 2048',
    until: Date.UTC(2026, 11, 21, 22, 8, 8) / 1000,
    from: Date.UTC(2026, 10, 21, 22, 8, 8) / 1000,
  });
  expect(parseCertificate(EC)).toMatchObject({ names: ['x'], key: 'EC 256' });
  expect(parseCertificate('Could not read certificate from k.pem\n')).toBeUndefined();
  expect(parsePair('none\n')).toBeUndefined();
  expect(parsePair(`${RSA}sha ${SHA}\nkeysha ${SHA}\nfits\n`)).toMatchObject({ sha: SHA, keySha: SHA, fits: true });
  expect(parsePair(`${RSA}sha ${SHA}\n`)).toMatchObject({ keySha: undefined, fits: false });
  expect(parseSaved('none\n')).toBeUndefined();
  expect(parseSaved('absent\n')).toBe('absent');
  expect(parsePlaced(`== /etc/a.pem\n${RSA}== /etc/b.pem\ncannot be read\n`).map(({ certificate }) => certificate?.key)).toEqual(['RSA 2048', undefined]);
  expect(daysLeft({ until: 86_400 * 3 }, 0)).toBe(3);
});

it('a name with a star stands for one label', () => {
  expect(covers(['*.example.org'], 'shop.example.org')).toBe(true);
  expect(covers(['*.example.org'], 'a.shop.example.org')).toBe(false);
  expect(covers(['*.example.org'], 'example.org')).toBe(false);
  expect(covers(['Shop.Example.org'], 'shop.example.ORG')).toBe(true);
});

it('served ≠ file, not served, and another host’s name are marked, at declared ports and at those of Proxmox', () => {
  const web1 = { name: 'web1', address: '192.0.2.1' };
  const rsa = parseCertificate(RSA);
  const ec = parseCertificate(EC);
  const shop: DeclaredCertificate = { name: 'shop', hosts: ['web1'], cert: '/etc/shop.pem', port: 443 };
  const remarks = (...args: Parameters<typeof judged>) => Object.fromEntries(judged(...args).map(({ place, remarks: all }) => [place, all]));
  expect(remarks(web1, [shop], [{ place: '/etc/shop.pem', certificate: rsa }], [{ place: '443', certificate: ec }])).toEqual({
    '/etc/shop.pem': [],
    ':443': ['stale'],
  });
  expect(remarks(web1, [shop], [{ place: '/etc/shop.pem', certificate: rsa }], [])).toEqual({ '/etc/shop.pem': ['unserved'] });
  const pve = [
    { place: '/etc/pve/nodes/web1/pve-ssl.pem', certificate: rsa },
    { place: '/etc/pve/nodes/web1/pveproxy-ssl.pem', certificate: ec },
    { place: '/etc/pve/nodes/other/pve-ssl.pem', certificate: undefined },
  ];
  expect(remarks(web1, [], pve, [{ place: '8006', certificate: rsa }])).toEqual({
    [pve[0]?.place ?? '']: [],
    [pve[1]?.place ?? '']: [],
    [pve[2]?.place ?? '']: ['unread'],
    ':8006': ['stale'],
  });
  expect(remarks({ ...web1, name: 'web9', address: '192.0.2.9' }, [], [], [{ place: '9090', certificate: ec }])).toEqual({ ':9090': ['stranger'] });
});

it('nodes of a cluster come one after the other, all others at once', () => {
  const host = (name: string, cluster?: string): Host => ({
    ...{ name, site: 'east', sites: ['east'], kind: 'linux', tags: [], address: name, libvirt: '' },
    ...(cluster === undefined ? {} : { node: { cluster, name } }),
  });
  const hosts = [host('a', 'x'), host('b'), host('c', 'x'), host('d', 'y'), host('e', 'x')];
  expect([...wavesOf(hosts).values()]).toEqual([1, 1, 2, 1, 3]);
});

it('old keys stay on a host only for the last two changes of a certificate', () => {
  const dir = mkdtempSync(join(tmpdir(), 'certs-'));
  try {
    const files = { cert: join(dir, 'live.pem'), key: join(dir, 'live.key') };
    const runs = (steps: readonly Step[], stdin: readonly string[]) => {
      const given = [...stdin];
      return steps.flatMap((step) => {
        if (step.kind !== 'exec') return [];
        const [program, flag = '', body = '', ...rest] = step.argv;
        const input = step.stdin === undefined ? '' : (given.shift() ?? '');
        const { status } = spawnSync(program, [flag, body.replaceAll('/var/lib/hostler/certs', `${dir}/kept`), ...rest], { encoding: 'utf8', input });
        return [status];
      });
    };
    const made = (n: number) => {
      const [cert, key] = [join(dir, `${n}.pem`), join(dir, `${n}.key`)];
      spawnSync('openssl', [
        'req',
        '-x509',
        '-nodes',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-keyout',
        key,
        '-out',
        cert,
        '-subj',
        `/CN=${n}`,
      ]);
      const { stdout } = spawnSync('openssl', ['x509', '-in', cert, '-noout', '-fingerprint', '-sha256'], { encoding: 'utf8' });
      return { pem: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8'), print: stdout.trim().replace(/.*=/, '') };
    };
    const host: Host = { name: 'web1', site: 'east', sites: ['east'], tags: [], kind: 'linux', address: '192.0.2.1', libvirt: '' };
    const declared = { name: 'shop', hosts: ['web1'], ...files };
    const one = (id: string, print: string) => ({ host, declared, id, print, wave: 1 });
    const deploys = (id: string, { pem, key, print }: ReturnType<typeof made>, kept = id) => {
      const came = runs(deploySteps(one(id, print), { host: 'kvm1', key: '/srv/k', keySha: sha256(key), pem }), [key, pem]);
      // One second after the other, as far as the folders tell.
      if (existsSync(join(dir, 'kept', kept))) utimesSync(join(dir, 'kept', kept), Number(id.slice(1)), Number(id.slice(1)));
      return came;
    };
    const kept = () => readdirSync(join(dir, 'kept')).sort();
    const all = [1, 2, 3, 4].map(made);
    for (const [i, pair] of all.entries()) expect(deploys(`T${i + 1}`, pair)).toEqual([0, 0, 0, 0]);
    expect(kept()).toEqual(['T3', 'T4']);
    // One that is not taken puts the old one back, and keeps nothing more.
    const [, second, third, fourth] = all;
    if (!second || !third || !fourth) throw new Error('four were made');
    expect(deploys('T5', { ...second, print: fourth.print.replace(/^../, '--') })).toEqual([0, 0, 0, 70]);
    expect([readFileSync(files.key, 'utf8'), kept()]).toEqual([fourth.key, ['T3', 'T4']]);
    // What was replaced can be put back, and that again.
    expect(runs(rollbackSteps(one('T6', third.print), 'T4'), [])).toEqual([0, 0, 0]);
    expect([readFileSync(files.key, 'utf8'), kept()]).toEqual([third.key, ['T4', 'T6']]);
    expect(runs(rollbackSteps(one('T7', fourth.print), 'T6'), [])).toEqual([0, 0, 0]);
    expect([readFileSync(files.key, 'utf8'), readFileSync(files.cert, 'utf8')]).toEqual([fourth.key, fourth.pem]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
