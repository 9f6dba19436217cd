import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { speak } from '../../src/core/words.ts';
import type { Ssh } from '../../src/hosts/ssh.ts';
import bridgeMtu from '../../src/tools/checks/bridge-mtu.ts';
import { hostOf, type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { freePort } from '../support/real/ports.ts';
import { runs } from '../support/real/processes.ts';
import { BUILD_MS, SYSTEMD, type SystemdHost, startSystemd } from '../support/real/systemd.ts';
import { HOSTS, lookAtPatient } from '../tools/checks/patient.ts';

const READY = `set -e
printf 'server 127.0.0.1 port %s iburst\\ncmdport 0\\nport 0\\ndriftfile /var/lib/chrony/chrony.drift\\n' "$1" >/etc/chrony/chrony.conf
rm -rf /run/chrony; install -d -o _chrony -g _chrony -m 0750 /run/chrony
chronyd -x
systemd-run --quiet --unit=broken --property=RemainAfterExit=yes false || :
useradd -m guest; passwd -q -d guest
useradd -m pi; echo pi:raspberry | chpasswd
useradd -m safe; echo safe:raspberry-not | chpasswd
for name in old new; do openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 10 -subj "/CN=$name.example.org" -keyout "/root/$name.key" -out "/root/$name.pem" 2>/dev/null; done
systemd-run --quiet --unit=served openssl s_server -quiet -accept "127.0.0.1:$2" -cert /root/old.pem -key /root/old.key -www
printf '[Service]\\nType=oneshot\\nExecStart=/bin/true / /mnt/vdp2/rootfs/\\n' >/etc/systemd/system/rootfs-backup.service
systemctl daemon-reload
echo linux-image-amd64 >/run/reboot-required.pkgs; touch /run/reboot-required
for i in 1 2 3 4 5 6 7 8 9 10; do openssl s_client -connect "127.0.0.1:$2" </dev/null >/dev/null 2>&1 && exit 0; sleep 0.2; done
exit 1`;

describe.skipIf(!needs(SYSTEMD))('doctor of a real Debian', () => {
  let machine: SystemdHost;
  let ssh: Ssh | undefined;
  let bot: RealBot;
  const run = async (script: string, ...words: string[]) => {
    ssh ??= machine.ssh();
    const exec = await ssh.exec(['sh', '-c', script, 'sh', ...words], { timeoutMs: 60_000, cap: 100_000 });
    if (exec.kind !== 'exit' || exec.code !== 0) throw new Error(JSON.stringify(exec));
    return exec.stdout;
  };
  beforeAll(async () => {
    machine = await startSystemd({ image: 'admin' });
    const port = await freePort();
    await run(READY, String(await freePort()), String(port));
    bot = await realBot(
      { machine: hostOf(machine), gone: { ...hostOf(machine), port: await freePort() } },
      {
        certificates: [{ name: 'web', hosts: ['machine'], cert: '/root/new.pem', port, reload: 'served' }],
      },
    );
  }, BUILD_MS);
  afterAll(async () => {
    await bot?.close();
    await machine?.close();
  });

  it('finds what is wrong with it, says of a host that is gone that it is gone, and then what has changed', async () => {
    const card = await bot.says('alice', 'doctor');
    expect(card.text).toMatch(/warning +machine +chrony is not synchronised/);
    expect(card.text).toMatch(/1 of 1 time servers do not answer: 127\.0\.0\.1/);
    expect(card.text).toMatch(/warning +machine +broken\.service has failed/);
    expect(card.text).toMatch(/critical +machine +account guest: its password is empty/);
    expect(card.text).toMatch(/critical +machine +account pi has the password it was delivered with/);
    expect(card.text).not.toMatch(/account (safe|root)/);
    expect(card.text).not.toContain('$y$');
    expect(card.text).toMatch(/warning +machine +port \d+ serves [0-9A-F:]{11}…, the file of web is/);
    expect(card.text).toMatch(/warning +machine +certificate web ends in 9 d/);
    expect(card.text).toMatch(/rootfs-backup\.service has no RequiresMountsFor=: \/bin\/true \/ \/mnt\/vdp2/);
    expect(card.text).toMatch(/notice +machine +a reboot is asked for by linux-image-amd64/);
    expect(card.text).not.toMatch(/its clock is/);
    expect(card.text).toMatch(/not asked +gone +/);
    expect(card.text.indexOf('critical')).toBeLessThan(card.text.indexOf('warning'));

    await run('systemctl reset-failed broken; passwd -q -l guest; useradd -m new; passwd -q -d new');
    const diff = await bot.says('alice', 'doctor diff machine');
    expect(diff.text).toMatch(/new +critical +machine +account new: its password is empty/);
    expect(diff.text).toMatch(/gone +critical +machine +account guest: its password is empty/);
    expect(diff.text).toMatch(/gone +warning +machine +broken\.service has failed/);
    expect(diff.text).toMatch(/stays +warning +machine +chrony is not synchronised/);
    // One check alone takes nothing of the others away.
    await bot.says('alice', 'doctor machine --check failed-units');
    expect((await bot.says('alice', 'doctor diff machine')).text).toMatch(/stays +critical +machine +account new: its password is empty/);
  }, 60_000);
});

describe.skipIf(!needs(['root', 'unshare', 'ip']))('doctor of real links', () => {
  const BRIDGE = `ip link add vmbr1 type bridge
ip link add port1 type veth peer name far1
ip link add port2 type veth peer name far2
ip link set port1 master vmbr1; ip link set port2 master vmbr1`;
  const inNamespace = (script: string) => runs('unshare', '--net', 'sh', '-ec', `${BRIDGE}\n${script}\nip -d -j link show`);

  it('finds a bridge whose ports differ', async () => {
    const look = lookAtPatient(HOSTS.linux, { ip: inNamespace('ip link set port2 mtu 1462') });
    const verdict = await bridgeMtu.examine(look, HOSTS.linux);
    expect('findings' in verdict && verdict.findings.map(({ what }) => speak(what, 'en'))).toEqual([
      'vmbr1 (MTU 1462) has ports of different MTU: port2 1462, port1 1500',
    ]);
    expect(await bridgeMtu.examine(lookAtPatient(HOSTS.linux, { ip: inNamespace('') }), HOSTS.linux)).toEqual({ findings: [] });
  });
});
