import { ConsoleClient } from '../chat/client.ts';
import { say as words } from '../core/words.ts';
import { reachBot } from './reach.ts';
import { who } from './speak.ts';
import { CliError } from './words.ts';

/** `hostler file`: prints a file of a card, by its name, or the first. Throws CallError where there is none for whom asks. */
export async function fileVerb([card, name, ...more]: readonly string[], values: { readonly as?: string | undefined }): Promise<number> {
  if (card === undefined || more.length > 0)
    throw new CliError(words({ en: 'usage: hostler file [--as ALICE] REQUEST [NAME]', zh: '用法：hostler file [--as ALICE] 请求 [文件名]' }));
  const client = new ConsoleClient(await reachBot(false, 0, undefined, values.as));
  const { as } = await who(client, values.as);
  process.stdout.write(await client.file(as, card.toUpperCase(), name));
  return 0;
}
