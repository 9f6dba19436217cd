import type { Redis } from 'ioredis';
import type { Audited, AuditQuery } from '../core/audit.ts';
import { Refusal } from '../core/errors.ts';
import { say } from '../core/words.ts';
import { key } from './redis.ts';

/** Questions to the desk that keeps the audit, from whichever desk has one. */
const ASKED = key('auditask');
const answerTo = (id: string): string => key('auditanswer', id);
/** How long an answer is waited for, and how long it is kept, in milliseconds. */
const PATIENCE = 8000;

interface Question {
  readonly id: string;
  readonly query: AuditQuery;
  readonly until: number;
}

/** Asks the desk that keeps the audit. Throws Refusal when there is none that answers. */
export async function askKeeper(redis: Redis, query: AuditQuery): Promise<readonly Audited[]> {
  const question: Question = { id: crypto.randomUUID(), query, until: Date.now() + PATIENCE };
  await redis.multi().rpush(ASKED, JSON.stringify(question)).pexpire(ASKED, PATIENCE).exec();
  for (const end = performance.now() + PATIENCE; performance.now() < end; ) {
    const answer = await redis.getdel(answerTo(question.id));
    if (answer !== null) return JSON.parse(answer);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Refusal(
    say({ en: 'the audit cannot be searched now: no desk can read it', zh: '暂时无法搜索审计记录：没有 desk 能读取它' }),
    say({ en: 'nothing is lost; the log of the desk says what is wrong', zh: '没有任何丢失；原因见 desk 的日志' }),
  );
}

/** Answers what other desks have asked. */
export async function answerAll(redis: Redis, search: (query: AuditQuery) => Promise<readonly Audited[]>): Promise<void> {
  for (let json = await redis.lpop(ASKED); json !== null; json = await redis.lpop(ASKED)) {
    const { id, query, until }: Question = JSON.parse(json);
    if (Date.now() > until) continue; // nobody waits any more
    await redis.set(answerTo(id), JSON.stringify(await search(query)), 'PX', PATIENCE);
  }
}
