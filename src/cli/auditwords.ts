import type { Broken, Sound } from '../core/chaincheck.ts';
import { type Said, say, type Words } from '../core/words.ts';

const WHAT: Readonly<Record<Broken['what'], Words>> = {
  edited: { en: 'entry {seq} is not as it was written', zh: '条目 {seq} 已被改动' },
  missing: { en: 'entry {seq} is missing', zh: '缺少条目 {seq}' },
  reordered: { en: 'entry {seq} is not in its place', zh: '条目 {seq} 不在其位置' },
  unlinked: { en: 'entry {seq} does not follow the one before it: one of both was made anew', zh: '条目 {seq} 与前一条不衔接：其中之一被重新制作' },
  truncated: { en: 'it ends before entry {seq}, and an anchor says that there was more', zh: '在条目 {seq} 之前结束，而锚点表明其后还有内容' },
  fork: { en: 'entry {seq} is another than the anchor’s: the chain was written anew', zh: '条目 {seq} 与锚点不符：该链被重写' },
  unproven: { en: 'it begins after entry {seq}, of which an anchor speaks', zh: '起点在锚点所指的条目 {seq} 之后' },
  torn: { en: 'the last line is not whole: entry {seq} was cut off', zh: '最后一行不完整：条目 {seq} 被截断' },
  newer: { en: 'entry {seq} was written by a newer version', zh: '条目 {seq} 由更新的版本写入' },
  vote: { en: '{ticket} ran (entry {seq}), and {by} did not approve that plan', zh: '{ticket} 已执行（条目 {seq}），但 {by} 并未批准该计划' },
  signer: {
    en: 'the signature of {by} (entry {seq}, {ticket}) is by no key of theirs among the signers',
    zh: '{by} 的签名（条目 {seq}，{ticket}）所用密钥不在签名者文件中',
  },
  signature: { en: 'the signature of {by} (entry {seq}) is not of {ticket} and its plan', zh: '{by} 的签名（条目 {seq}）不属于 {ticket} 及其计划' },
};

/** The first thing that is wrong with a chain, and where. */
export function brokenWords({ what, seq, line, source, ticket = '', by = '' }: Broken & { readonly source: string }): Said {
  const why = say(WHAT[what], { seq, ticket, by: by || say({ en: 'nobody', zh: '无人' }) });
  return say({ en: 'BROKEN: {source}, line {line}: {why}', zh: '已损坏：{source} 第 {line} 行：{why}' }, { source, line, why });
}

/** What a chain that holds proves; `signers`: every signature is by a key of people who were given. */
export function soundWords({ first, head, votes }: Sound, anchors: number, signers = false): Said {
  const these = say({ en: 'good: entries {first} to {last}', zh: '完好：条目 {first} 至 {last}' }, { first, last: head.seq });
  const range = first > 1 ? say({ en: '{these} ({n} before them are not here)', zh: '{these}（此前 {n} 条不在此处）' }, { these, n: first - 1 }) : these;
  const proof = say(
    { en: '{runs} runs by {votes} votes, {signed} of them signed', zh: '{runs} 次执行，{votes} 票批准，其中 {signed} 票带签名' },
    { runs: votes.runs, votes: votes.votes, signed: votes.signed },
  );
  const proven = signers ? say({ en: '{proof} by people of the signers file', zh: '{proof}，均属签名者文件' }, { proof }) : proof;
  const held =
    anchors > 0
      ? say({ en: 'it goes through all {anchors} anchors', zh: '经过全部 {anchors} 个锚点' }, { anchors })
      : say({ en: 'without an anchor nobody can tell whether its end was cut off', zh: '没有锚点则无法判断结尾是否被截断' });
  return say({ en: '{range}; {proof}; {held}', zh: '{range}；{proof}；{held}' }, { range, proof: proven, held });
}
