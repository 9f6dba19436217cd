import type { Desk } from './command.ts';
import { Refusal } from './errors.ts';
import { hostsIn } from './freeze.ts';
import { reach } from './policy.ts';
import type { Risk } from './types.ts';
import { list, say } from './words.ts';

/**
 * The hosts of the configuration that a scope means, all of which a person must be able to reach with a command of this risk. `gone`: none is fine,
 * too: the scope means nothing any more. Throws Refusal, which names no host outside of their reach.
 */
export function scopeInReach(scope: string, command: string, risk: Risk, { person, policy, hosts: seen }: Desk, gone = false): string[] {
  const whole = policy.people.get(person.id);
  const own = new Set((whole ? reach(whole, policy, command, risk) : []).map(({ name }) => name));
  const hosts = hostsIn(scope, policy);
  if (hosts.some((host) => own.has(host)) || (gone && hosts.length === 0)) {
    if (hosts.every((host) => own.has(host))) return hosts;
    throw new Refusal(
      say({ en: '“{scope}” also means hosts outside of your reach', zh: '“{scope}”还包含您权限之外的主机' }, { scope }),
      say({ en: 'name those you may freeze: a host, @tag or site:name', zh: '请指明您可以冻结的范围：主机、@标签或 site:站点' }),
    );
  }
  const names = seen.filter(({ name }) => own.has(name)).slice(0, 10);
  throw new Refusal(
    say({ en: '“{scope}” means no host in your reach', zh: '“{scope}”不含您可访问的主机' }, { scope }),
    names.length === 0 ? undefined : say({ en: 'there is: {known}', zh: '现有：{known}' }, { known: list(names.map(({ name }) => name)) }),
  );
}
