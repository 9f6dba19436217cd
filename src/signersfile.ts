import { readFileSync } from 'node:fs';
import { readSigners, type Signed } from './core/signers.ts';
import { RISKS, type Risk } from './core/types.ts';
import { say } from './core/words.ts';
import { StartError } from './starterror.ts';

/** What a worker is told of who may sign, by who starts it: a file of OpenSSH's allowed_signers, from which risk on, and how many. */
export interface SignersFile {
  readonly file: string;
  readonly from: Risk;
  readonly count: number;
}

/** The file as it is now. Throws when it cannot be read, naming the line that is wrong. */
export function readSigned({ file, from, count }: SignersFile): Signed {
  return { from, count, signers: readSigners(readFileSync(file, 'utf8')) };
}

/** Throws StartError for a file by which nothing could ever be performed. */
export function checkSigners(options: SignersFile): void {
  const { file, from, count } = options;
  const no = (en: string, zh: string, more: Readonly<Record<string, string | number>> = {}) => new StartError(say({ en, zh }, { file, count, from, ...more }));
  let signed: Signed;
  try {
    signed = readSigned(options);
  } catch (error) {
    throw no('{file}: {why}', '{file}：{why}', { why: error instanceof Error ? error.message : String(error) });
  }
  const people = new Set(signed.signers.flatMap((signer) => signer.people)).size;
  if (people < count) throw no('{file} names {people} people who may sign; {count} are needed', '{file} 中有 {people} 人可以签名；需要 {count} 人', { people });
}

/** What the command line or the environment (`HOSTLER_SIGNERS`, `HOSTLER_SIGNED_FROM`, `HOSTLER_SIGNED_COUNT`) says; undefined: nothing is asked for. Throws StartError. */
export function signersFrom(
  given: { readonly signers?: string | undefined; readonly from?: string | undefined; readonly count?: string | undefined },
  env: NodeJS.ProcessEnv = process.env,
): SignersFile | undefined {
  const file = given.signers ?? env.HOSTLER_SIGNERS;
  const risk = given.from ?? env.HOSTLER_SIGNED_FROM;
  const number = given.count ?? env.HOSTLER_SIGNED_COUNT;
  if (!file) {
    if (!risk && !number) return undefined;
    throw new StartError(say({ en: 'whose signatures? name the file with --signers FILE', zh: '谁的签名？请用 --signers FILE 指定文件' }));
  }
  const from = RISKS.find((one) => one === (risk || 'high'));
  if (from === undefined || from === 'none')
    throw new StartError(
      say({ en: '--signed-from takes low, medium or high, not “{risk}”', zh: '--signed-from 可取 low、medium 或 high，而不是“{risk}”' }, { risk: risk ?? '' }),
    );
  const count = Number(number || 1);
  if (!/^[1-9]$/.test(String(count)))
    throw new StartError(
      say(
        { en: '--signed-count takes a number from 1 to 9, not “{number}”', zh: '--signed-count 需要 1 到 9 的数字，而不是“{number}”' },
        { number: number ?? '' },
      ),
    );
  const options = { file, from, count };
  checkSigners(options);
  return options;
}
