import type { Host, Look } from '../../core/command.ts';
import { Absent } from '../../core/errors.ts';
import { say } from '../../core/words.ts';

/** The one host a request is about. Throws Absent. */
export function oneHost(look: Look, typed: string): Host {
  const [host] = look.hosts;
  if (!host) throw new Absent(say({ en: 'there is no host “{typed}”', zh: '没有主机“{typed}”' }, { typed }), []);
  return host;
}
