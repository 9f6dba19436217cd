import { classifyText } from '../../src/core/pveerror.ts';
import type { Judgement } from './judge.ts';

/** What an answer shows to be ill, though it is an answer: no quorum, a pool that has lost a disk, a service HA gave up. */
export function sick(printed: string): Judgement | undefined {
  if (/^Quorate:\s+No\b|^quorum No quorum|Activity blocked/m.test(printed)) {
    const [, votes] = /^Total votes:\s+(\d+)/m.exec(printed) ?? [];
    const [, needed] = /^Quorum:\s+(\d+)/m.exec(printed) ?? [];
    const count = votes === undefined || needed === undefined ? '' : ` (${votes} of ${needed} votes)`;
    return { verdict: 'warning', class: 'noQuorum', sentence: `The cluster has no quorum${count}: nothing can be changed until nodes are back.` };
  }
  const pool = /^\s*state:\s*(DEGRADED|FAULTED|SUSPENDED|UNAVAIL|REMOVED|OFFLINE)/m.exec(printed)?.[1];
  if (pool !== undefined) return { verdict: 'warning', class: 'other', sentence: `A pool is ${pool}.` };
  const [, service, state] = /^service (\S+) \([^,]+, (error|fence|recovery)\)/m.exec(printed) ?? [];
  return service === undefined ? undefined : { verdict: 'warning', class: 'other', sentence: `HA has ${service} in state ${state}.` };
}

/** How a task ended, as its status or the last line of its log says; undefined where neither is printed. */
export function taskEnd(printed: string): Judgement | undefined {
  const field = /"exitstatus"\s*:\s*"((?:[^"\\]|\\.)*)"|^\s*[│|]?\s*exitstatus[:\s│|]+(.+?)\s*[│|]?\s*$/m.exec(printed);
  const line = /TASK (OK|WARNINGS: \d+|ERROR: [^"\n]*)/.exec(printed)?.[1]?.replace(/^ERROR: /, '');
  const end = field?.[1] ?? field?.[2] ?? line;
  if (end === undefined)
    return /"?status"?\s*[:│|]\s*"?running/.test(printed) ? { verdict: 'unknown', class: 'none', sentence: 'The task is still running.' } : undefined;
  if (end === 'OK') return { verdict: 'ok', class: 'none', sentence: 'The task ended well.' };
  if (/^WARNINGS/.test(end)) return { verdict: 'warning', class: 'other', sentence: `The task ended with ${end.toLowerCase()}.` };
  if (/^unexpected status$|^unable to get last line/.test(end)) return { verdict: 'unknown', class: 'none', sentence: 'How the task ended is not known.' };
  return { verdict: 'error', class: classifyText(end).fault.kind, sentence: `The task failed: ${end.replace(/[.]?$/, '.')}` };
}

/** What was answered, as far as one sentence can say. */
export function answered(stdout: string): string {
  const lines = stdout.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) return 'It answered with nothing: there is none.';
  const only = lines.length === 1 ? (lines[0]?.trim() ?? '') : '';
  return only !== '' && only.length <= 80 ? `It answered: ${only}` : `It answered ${lines.length === 1 ? 'one line' : `${lines.length} lines`}.`;
}
