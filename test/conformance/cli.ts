import { z } from 'zod';
import { blame } from './faults.ts';
import { type Judgement, judge } from './judge.ts';

/** A recorded command and what a person would be told of it. */
export interface Judged extends Judgement {
  readonly index: number;
  /** What the recording machine lacked, where what it printed says so. */
  readonly fault?: string;
  readonly command: string;
}

const recorded = z.array(z.object({ cmd: z.string(), stdout: z.string().nullish(), stderr: z.string().nullish(), rc: z.number().nullish() }));

/** Judges a file of recorded commands. Throws ZodError when it has another shape. */
export function judgeAll(file: unknown): Judged[] {
  return recorded.parse(file).map(({ cmd, stdout, stderr, rc }, index) => ({
    ...{ index, command: cmd },
    ...judge({ command: cmd, stdout: stdout ?? '', stderr: stderr ?? '', exit: rc ?? undefined }),
    ...faultIn(`${stdout ?? ''}\n${stderr ?? ''}`),
  }));
}

function faultIn(printed: string): { readonly fault?: string } {
  const fault = blame(printed);
  return fault === undefined ? {} : { fault };
}
