import { renderSVG } from 'uqr';
import { say } from '../core/words.ts';
import type { ConsolePerson, Visitor } from './gate.ts';
import { Bad } from './http.ts';

/** How a person sets one-time codes up at their own screen. */
export interface Enrolling {
  /** A new secret, as an `otpauth:` address; undefined when there were too many lately. */
  begin(person: ConsolePerson, visitor: Visitor): Promise<string | undefined>;
  /** Whether the person's app shows the right code. */
  prove(person: ConsolePerson, code: string, visitor: Visitor): Promise<'right' | 'wrong' | 'locked'>;
}

/** What a page shows of a new secret: a picture for an app to read, and the same to be typed in, in groups of four. */
export interface Begun {
  readonly svg: string;
  readonly secret: string;
}

/** Begins; what is shown of it. Throws Bad. */
export async function begun(enrolling: Enrolling | undefined, person: ConsolePerson, visitor: Visitor): Promise<Begun> {
  const uri = await there(enrolling).begin(person, visitor);
  if (uri === undefined) throw new Bad(429, say({ en: 'this was begun too often; wait five minutes', zh: '操作过于频繁，请五分钟后再试' }));
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  return { svg: renderSVG(uri, { border: 2 }), secret: secret.replace(/.{4}(?=.)/g, '$& ') };
}

/** Takes the first code. Throws Bad for a wrong one. */
export async function proven(enrolling: Enrolling | undefined, person: ConsolePerson, code: string, visitor: Visitor): Promise<void> {
  const came = await there(enrolling).prove(person, code.replace(/\s/g, ''), visitor);
  if (came === 'right') return;
  throw came === 'locked'
    ? new Bad(429, say({ en: 'too many wrong codes: none is looked at for five minutes', zh: '错误次数过多：五分钟内不再接受任何验证码' }))
    : new Bad(403, say({ en: 'this is not the code your app should show now; is the clock of your phone right?', zh: '验证码不正确；请检查手机时间是否准确' }));
}

function there(enrolling: Enrolling | undefined): Enrolling {
  if (enrolling) return enrolling;
  throw new Bad(404, say({ en: 'there are no one-time codes here: the configuration has no factors.key', zh: '此处没有一次性验证码：配置中没有 factors.key' }));
}
