import { type Call, fail } from '../program.ts';
import { strftime } from './clock.ts';

const ISO: { readonly [option: string]: string } = {
  '-I': '%F',
  '-Is': '%FT%T+00:00',
  '-Iseconds': '%FT%T+00:00',
  '--iso-8601': '%F',
  '--iso-8601=seconds': '%FT%T+00:00',
  '-R': '%a, %d %b %Y %T %z',
};

/** `date`, reading the clock only. */
export function date(call: Call): number {
  let format = '%a %b %e %T UTC %Y';
  for (const word of call.argv.slice(1)) {
    if (word === '-u' || word === '--utc') continue;
    const iso = ISO[word];
    if (iso !== undefined) format = iso;
    else if (word.startsWith('+')) format = word.slice(1);
    else return fail(call, `date: invalid date ‘${word}’`);
  }
  call.out(`${strftime(format, Date.now())}\n`);
  return 0;
}
