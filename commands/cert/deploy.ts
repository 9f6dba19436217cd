import { anyTargets, word } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import type { Fact } from '../../src/core/types.ts';
import { list, say } from '../../src/core/words.ts';
import { deploySteps } from '../../src/tools/certs/deploy.ts';
import { certificateWords, declaredNamed, hostsOf, inUse, mustBeGood, oldFacts, pairNow, wavesOf } from '../../src/tools/certs/plan.ts';
import { knownFacts, mustHave } from '../../src/tools/facts.ts';
import { fileText } from '../../src/tools/files.ts';

/** Brings a declared certificate and its key from where they are renewed to the hosts that serve it. A host that does not serve the new one then has the old one put back. */
export default command({
  summary: { en: 'Deploy a certificate to its hosts', zh: '将证书部署到各主机' },
  examples: ['cert deploy shop', 'cert deploy shop kvm1 web1'],
  risk: 'medium',
  args: {
    name: word(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/, { en: 'CERTIFICATE', zh: '证书' }),
    on: anyTargets(),
  },
  async plan({ name }, look) {
    const declared = declaredNamed(look, name);
    const { from, key } = declared;
    if (from === undefined || key === undefined)
      throw new Refusal(
        say({ en: 'the configuration does not say where “{name}” comes from', zh: '配置未说明“{name}”的来源' }, { name }),
        say({ en: 'add from: and key: to it', zh: '请为其添加 from: 和 key:' }),
      );
    const hosts = hostsOf(look, declared);
    const { source, certificate, sha, keySha } = await mustBeGood(look, from);
    const pem = await look.read(source, fileText(from.cert));
    if (pem === undefined || /PRIVATE KEY/.test(pem))
      throw new Refusal(
        say(
          { en: '{file} on {host} holds a private key: its certificate must be in a file of its own', zh: '{host} 上的 {file} 含有私钥：证书须单独存放' },
          { file: from.cert, host: source.name },
        ),
      );
    const all = await Promise.all(
      hosts.map(async (host) => {
        mustHave(host, await knownFacts(look, host), 'openssl');
        const [old, use] = await Promise.all([pairNow(look, host, declared), inUse(look, host, declared)]);
        return { host, old, use };
      }),
    );
    // What is in its place and not in use was never reloaded.
    const todo = all.filter(({ old, use }) => old?.sha !== sha || old.keySha !== keySha || (use !== undefined && use !== certificate.fingerprint));
    const at = look.now();
    if (todo.length === 0)
      return answer(
        say(
          { en: '{hosts}: {name} is in its place already: nothing to do', zh: '{hosts}：{name} 已就位：无需操作' },
          { hosts: list(hosts.map((host) => host.name)), name },
        ),
        [],
      );
    const waves = wavesOf(todo.map(({ host }) => host));
    const fact: Fact = {
      what: say({ en: 'new, from {host}', zh: '新证书（来自 {host}）' }, { host: source.name }),
      value: certificateWords(certificate, at),
      at,
      holds: `new certificate ${sha} ${keySha}`,
    };
    return {
      summary: say(
        { en: 'deploy certificate {name} to {hosts}', zh: '将证书 {name} 部署到 {hosts}' },
        { name, hosts: list(todo.map(({ host }) => host.name)) },
      ),
      steps: todo.flatMap(({ host }) =>
        deploySteps(
          { host, declared: { ...declared, key }, id: look.ticket, print: certificate.fingerprint, wave: waves.get(host) ?? 1 },
          { host: source.name, key: from.key, keySha, pem },
        ),
      ),
      facts: [fact, ...todo.flatMap(({ host, old, use }) => oldFacts(host, old, use, certificate, at))],
      locks: todo.map(({ host }) => ({ name: `${host.site}/${host.name}/certificate:${name}` })),
      risk: 'medium',
      touches: [source.name],
      undo: todo.every(({ old }) => old !== undefined)
        ? { command: 'cert rollback', input: { name, on: todo.map(({ host }) => host.name), from: look.ticket } }
        : { impossible: say({ en: 'there was no certificate before', zh: '之前没有证书' }) },
    };
  },
});
