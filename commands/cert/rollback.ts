import { targets, ticketName, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { list, quoted, say } from '../../src/core/words.ts';
import { rollbackSteps, savedBy } from '../../src/tools/certs/deploy.ts';
import { declaredNamed, hostsOf, pairNow, wavesOf } from '../../src/tools/certs/plan.ts';

/** Puts the certificate and key back that a deployment replaced; a host keeps what the last two changes of a certificate replaced. */
export default command({
  summary: { en: 'Put back what a deployment replaced', zh: '恢复被部署替换的证书' },
  examples: ['cert rollback shop kvm1 --from TLABDEPLOY01'],
  risk: 'medium',
  args: {
    name: word(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/, { en: 'CERTIFICATE', zh: '证书' }),
    on: targets(),
  },
  /** The request that deployed. */
  options: { from: ticketName() },
  async plan({ name, from }, look) {
    const declared = declaredNamed(look, name);
    const { key } = declared;
    if (key === undefined) throw new Refusal(say({ en: '“{name}” has no key: in the configuration', zh: '配置中“{name}”没有 key:' }, { name }));
    const hosts = hostsOf(look, declared);
    const all = await Promise.all(
      hosts.map(async (host) => {
        const print = await look.read(host, savedBy(from));
        if (print === undefined || print === 'absent')
          throw new Refusal(
            say({ en: '{host} keeps nothing that {from} replaced', zh: '{host} 上没有 {from} 替换前的内容' }, { host: host.name, from }),
            say({ en: 'only what the last two changes replaced stays there', zh: '主机上只保留最近两次更换前的内容' }),
          );
        return { host, print, now: await pairNow(look, host, declared) };
      }),
    );
    const at = look.now();
    const waves = wavesOf(hosts);
    return {
      summary: say(
        { en: 'put back the certificate {name} on {hosts}', zh: '在 {hosts} 上恢复证书 {name}' },
        { name, hosts: list(hosts.map((host) => host.name)) },
      ),
      steps: all.flatMap(({ host, print }) =>
        rollbackSteps({ host, declared: { ...declared, key }, id: look.ticket, print, wave: waves.get(host) ?? 1 }, from),
      ),
      facts: all.map(({ host, print, now }) => ({
        what: say({ en: '{host} gets back', zh: '{host} 恢复为' }, { host: host.name }),
        value: quoted(print),
        at,
        holds: `certificate ${host.name} ${now?.sha ?? 'none'} to ${print}`,
      })),
      locks: hosts.map((host) => ({ name: `${host.site}/${host.name}/certificate:${name}` })),
      risk: 'medium',
      undo: { command: 'cert rollback', input: { name, on: hosts.map((host) => host.name), from: look.ticket } },
    };
  },
});
