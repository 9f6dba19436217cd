import { z } from 'zod';
import { loadConfig } from '../../config/load.ts';
import { type Config, schema } from '../../config/schema.ts';
import { nearest } from '../core/nearest.ts';
import { list, speak, say as words } from '../core/words.ts';
import { loadSources } from '../registry.ts';
import { checkedLines, lintLines } from './checked.ts';
import { CliError, shellLang, tell } from './words.ts';

/** `hostler config`: the schema, or a check of a file. */
export async function configVerb([verb, file]: readonly string[], live: boolean, site: string | undefined): Promise<number> {
  if (verb === 'schema') {
    tell(JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), null, 2));
    return 0;
  }
  if (verb !== 'check' || file === undefined)
    throw new CliError(words({ en: 'usage: hostler config check FILE [--live [--site SITE]]', zh: '用法：hostler config check FILE [--live [--site SITE]]' }));
  const loaded = loadConfig(file);
  await knownKinds(loaded);
  const { hosts, clusters, backupServers, people, sites } = loaded;
  const count = (...all: object[]) => all.reduce((sum, one) => sum + Object.keys(one).length, 0);
  const counts = { file, sites: count(sites), hosts: count(hosts, clusters, backupServers), people: count(people) };
  const good = words(
    { en: '{file} is good: {sites} sites, {hosts} hosts, {people} people', zh: '{file} 正确：{sites} 个站点，{hosts} 台主机，{people} 人' },
    counts,
  );
  const linted = await lintLines(file, loaded, shellLang());
  process.stdout.write(`${linted.text}${linted.good ? `${speak(good, shellLang())}\n` : ''}`);
  if (!linted.good) return 1;
  if (!live) return 0;
  if (site !== undefined && !(site in sites))
    throw new CliError(
      words({ en: 'there is no site “{site}”; there is: {sites}', zh: '没有站点“{site}”；现有：{sites}' }, { site, sites: list(Object.keys(sites)) }),
    );
  const { checkLive } = await import('./live.ts');
  const found = await checkLive(loaded, site);
  process.stdout.write(checkedLines(found, shellLang()));
  return found.every((one) => one.good) ? 0 : 1;
}

/** Throws for a source of a kind that there is not. */
async function knownKinds({ alerts }: Config): Promise<void> {
  const kinds = (await loadSources()).map(({ id }) => id);
  for (const [name, { kind }] of Object.entries(alerts.sources)) {
    if (kinds.includes(kind)) continue;
    const near = nearest(kind, kinds)[0] ?? kinds.join(', ');
    throw new CliError(
      words(
        { en: 'alerts.sources.{name}.kind: there is no “{kind}”; there is {near}', zh: 'alerts.sources.{name}.kind：没有“{kind}”；可用：{near}' },
        { name, kind, near },
      ),
    );
  }
}
