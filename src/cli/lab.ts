import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { say, speak } from '../core/words.ts';
import { homeFolder } from '../home.ts';
import { type StartLab, stopped } from './run.ts';
import { CliError, shellLang, tell } from './words.ts';

/** `hostler lab`: the practice fleet alone, with a configuration that other processes can be started with; with `--json` one line says how to reach everything. */
export async function lab(seed: number, startLab: StartLab, json = false): Promise<number> {
  if (!startLab) throw new CliError(say({ en: 'this build has no practice fleet', zh: '此版本没有练习环境' }));
  const dir = join(homeFolder(), 'lab');
  const running = await startLab({ seed, dir });
  const file = join(dir, 'config.yaml');
  writeFileSync(file, stringify(running.config), { mode: 0o600 });
  if (json) tell(JSON.stringify({ config: file, ...asObject(running.access) }));
  else tell(speak(say({ en: 'the practice fleet answers; its configuration is {file}', zh: '练习环境已启动；配置文件：{file}' }, { file }), shellLang()));
  await stopped();
  await running.close();
  return 0;
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
