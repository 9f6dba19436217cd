import type { ChainableCommander } from 'ioredis';

/** What each command of a transaction answered. Throws when it was not carried out, or one of them failed. */
export async function answers(transaction: ChainableCommander): Promise<unknown[]> {
  const all = await transaction.exec();
  if (!all) throw new Error('Redis did not carry it out');
  return all.map(([error, answer]) => {
    if (error) throw error;
    return answer;
  });
}
