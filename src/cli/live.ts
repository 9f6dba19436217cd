import { hostsOf } from '../../config/policy.ts';
import type { Config } from '../../config/schema.ts';
import type { Checked } from '../core/chat.ts';
import type { Host } from '../core/command.ts';
import { HostError } from '../core/errors.ts';
import { list, type Said, say } from '../core/words.ts';
import { familiesOf, lacking } from '../hosts/privileges.ts';
import type { ApiAccess, Endpoint } from '../hosts/proxmox/access.ts';
import { Api } from '../hosts/proxmox/api.ts';
import { Ssh } from '../hosts/ssh.ts';
import { apiAccess, reachable } from '../worker.ts';

/** Longest a host may take to let us in, in milliseconds. */
const LOGIN_MS = 10_000;

/** Logs in to every host, node and backup server, or those of one site: what answers, what does not, and which privileges a token lacks for which commands. */
export async function checkLive(config: Config, site: string | undefined): Promise<Checked[]> {
  const sites = site === undefined ? Object.keys(config.sites) : [site];
  const hosts = hostsOf(config).filter((host) => sites.includes(host.site));
  const checked = await Promise.all(
    hosts.map((host) => {
      const api = apiAccess(config, host.name);
      return api ? proxmox(api) : shell(config, host);
    }),
  );
  return checked.flat();
}

async function shell(config: Config, host: Host): Promise<Checked[]> {
  const found = reachable(config, host.site).find((one) => one.host.name === host.name);
  if (!found) return [];
  const logins = [found.access, ...(found.look ? [found.look] : [])];
  return Promise.all(
    logins.map(async (access) => {
      const what = say({ en: '{host}, as {user}', zh: '{host}，以 {user} 登录' }, { host: host.name, user: access.user });
      const ssh = new Ssh(access);
      try {
        const exec = await ssh.exec(['true'], { timeoutMs: LOGIN_MS, cap: 1000 });
        if (exec.kind === 'exit' && exec.code === 0) return { what, good: true };
        const why = exec.kind === 'exit' ? exec.stderr.trim().slice(0, 200) || `exit ${exec.code}` : exec.kind;
        return { what, good: false, found: say({ en: 'logged in, and `true` failed: {why}', zh: '已登录，但 `true` 失败：{why}' }, { why }) };
      } catch (error) {
        return { what, good: false, found: reason(error) };
      } finally {
        await ssh.close();
      }
    }),
  );
}

async function proxmox(access: ApiAccess): Promise<Checked[]> {
  const api = new Api(access);
  try {
    const versions = await Promise.all(access.endpoints.map((endpoint) => versionAt(api, access, endpoint)));
    const major = versions.find(({ version }) => version !== undefined)?.version;
    const lines = versions.map(({ checked }) => checked);
    return major === undefined ? lines : [...lines, ...(await privileges(api, access, Number.parseInt(major, 10)))];
  } finally {
    await api.close();
  }
}

async function versionAt(api: Api, access: ApiAccess, endpoint: Endpoint): Promise<{ readonly checked: Checked; readonly version?: string }> {
  const what = say({ en: '{name}/{node}', zh: '{name}/{node}' }, { name: access.name, node: access.kind === 'pbs' ? endpoint.address : endpoint.node });
  try {
    const { data } = await api.get('/version', {}, { at: endpoint });
    const version = typeof data === 'object' && data !== null && 'version' in data ? String(data.version) : '?';
    const product = access.kind === 'pve' ? 'Proxmox VE' : 'Proxmox Backup Server';
    return { checked: { what, good: true, found: say({ en: '{product} {version}', zh: '{product} {version}' }, { product, version }) }, version };
  } catch (error) {
    return { checked: { what, good: false, found: reason(error) } };
  }
}

async function privileges(api: Api, { name, kind }: ApiAccess, major: number): Promise<Checked[]> {
  const token = say({ en: '{name}: privileges of {token}', zh: '{name}：{token} 的权限' }, { name, token: api.tokenId });
  try {
    const { data } = await api.get('/access/permissions');
    const granted = grantedBy(data);
    const short = familiesOf(kind, major).flatMap((family) => lacking(family, granted).map((need) => ({ family, need })));
    if (short.length === 0) return [{ what: token, good: true, found: say({ en: 'enough for every command', zh: '足以执行所有命令' }) }];
    return short.map(({ family, need }): Checked => {
      const values = { privileges: list(need.privileges), path: need.path, commands: family.commands, only: list(need.only.slice(0, 5)) };
      if (need.only.length > 0)
        return {
          what: token,
          good: true,
          found: say({ en: '{privileges} only on {only}, for: {commands}', zh: '{privileges} 仅限于 {only}，用于：{commands}' }, values),
        };
      return {
        what: token,
        good: false,
        found: say({ en: '{privileges} on {path} is missing, for: {commands}', zh: '缺少 {path} 上的 {privileges}，用于：{commands}' }, values),
        mend: say(
          { en: '`hostler manifest {kind}` prints what gives it (role {role})', zh: '`hostler manifest {kind}` 会打印授予它的命令（角色 {role}）' },
          { kind, role: family.role },
        ),
      };
    });
  } catch (error) {
    return [{ what: token, good: false, found: reason(error) }];
  }
}

/** Privileges by path. The values say whether they are passed down; that there is one is enough. */
function grantedBy(data: unknown): Map<string, Set<string>> {
  if (typeof data !== 'object' || data === null) return new Map();
  return new Map(Object.entries(data).map(([path, held]) => [path, new Set(typeof held === 'object' && held !== null ? Object.keys(held) : [])]));
}

function reason(error: unknown): Said {
  if (error instanceof HostError) return error.said;
  return say({ en: '{why}', zh: '{why}' }, { why: error instanceof Error ? error.message : String(error) });
}
