import type { Host, Look } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import { say } from '../core/words.ts';
import { type Facts, mustHave } from './facts.ts';
import { type Key, keyCheck } from './users-keys.ts';

/** Fewest bits of an RSA key that are taken. */
const RSA_LEAST = 2048;

/** A key that is good enough to be added, as the host's own ssh-keygen reads it. Throws Refusal for any other. */
export async function goodKey(look: Look, host: Host, facts: Facts, line: string): Promise<Key> {
  mustHave(host, facts, 'ssh-keygen');
  const key = await look.read(host, keyCheck(line));
  if (!key)
    throw new Refusal(
      say(
        {
          en: 'this is no public SSH key: ssh-keygen on {host} does not take it; nothing was done',
          zh: '这不是 SSH 公钥：{host} 上的 ssh-keygen 无法识别；未做任何操作',
        },
        { host: host.name },
      ),
      say({ en: 'it is the one line of a file such as `~/.ssh/id_ed25519.pub`', zh: '应为 `~/.ssh/id_ed25519.pub` 等文件中的一行' }),
    );
  if (key.type === 'DSA' || (key.type === 'RSA' && key.bits < RSA_LEAST))
    throw new Refusal(
      say(
        { en: 'a {type} key of {bits} bits is too weak; nothing was done', zh: '{bits} 位的 {type} 密钥强度不足；未做任何操作' },
        { type: key.type, bits: key.bits },
      ),
    );
  return key;
}

/** Throws Refusal where sshd looks for keys elsewhere than in authorized_keys of the home. */
export function usualPlace(host: Host, where: string): void {
  if (where === '' || where.split(/\s+/).some((path) => path === '.ssh/authorized_keys' || path === '%h/.ssh/authorized_keys')) return;
  throw new Refusal(
    say(
      { en: 'sshd on {host} looks for keys in {where}, which I do not change', zh: '{host} 上的 sshd 在 {where} 中查找密钥，我不会更改该位置' },
      { host: host.name, where },
    ),
  );
}
