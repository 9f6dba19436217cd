import { word } from '../core/args.ts';

/** The name of an account, as useradd(8) takes it everywhere. */
export const userName = () => word(/^[a-z_][a-z0-9_-]{0,31}$/, { en: 'USER', zh: '账户' });

/** A day such as `2026-12-31`, or `never`. */
export const day = () => word(/^(never|[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))$/, { en: 'DATE|never', zh: '日期|never' });

/** A day as days since 1970; undefined: never. */
export function daysOf(text: string): number | undefined {
  return text === 'never' ? undefined : Math.floor(Date.parse(`${text}T00:00:00Z`) / 86_400_000);
}

/** One SSH public key, as it stands in a line of authorized_keys. sshd(8) */
export const publicKey = () => word(/^[^\p{Cc}-][^\p{Cc}]{20,8000}$/u, { en: '"KEY"', zh: '“公钥”' });

/** A key's fingerprint, as ssh-keygen shows it. */
export const fingerprint = () => word(/^SHA256:[A-Za-z0-9+/]{43}$/, { en: 'SHA256:…', zh: 'SHA256:…' });
