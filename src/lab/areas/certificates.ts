import { type Call, fail } from '../program.ts';
import { readFile } from '../programs/files.ts';
import type { Area } from './area.ts';
import { CERT_SCRIPTS } from './certificates/scripts.ts';
import { NEW, pemOf, RENEWED } from './certificates/state.ts';

const renewed = (what: 'CERTIFICATE' | 'PRACTICE KEY') => (machine: { readonly name: string }) =>
  machine.name === RENEWED.host ? pemOf(NEW, what) : undefined;

/** A certificate that kvm1 and web1 serve, and that was renewed on web1. */
export const certificates: Area = {
  programs: { head, openssl: (call) => fail(call, 'openssl: the practice hosts have what the bot itself asks only') },
  scripts: CERT_SCRIPTS,
  files: { [RENEWED.cert]: renewed('CERTIFICATE'), [RENEWED.key]: renewed('PRACTICE KEY') },
};

/** `head -c N -- FILE` */
function head(call: Call): number {
  const [, option, bytes, end, path] = call.argv;
  if (option !== '-c' || end !== '--' || path === undefined) return fail(call, 'head: the practice hosts take -c N -- FILE only');
  const text = readFile(call.machine, path);
  if (text === undefined) return fail(call, `head: cannot open '${path}' for reading: No such file or directory`);
  call.out(text.slice(0, Number(bytes)));
  return 0;
}
