import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { which } from './have.ts';
import { freePort } from './ports.ts';
import { ownFolders, runs, start, stop, until } from './processes.ts';

/** What `needs` must find for one to start. */
export const IPMI = ['ipmi_sim', 'ipmitool', 'ss'] as const;

/** A management controller that speaks IPMI over LAN: OpenIPMI's simulator, with a power switch that is a file. */
export interface Controller {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  readonly user: string;
  readonly password: string;
  /** What runs an sshd whose ipmitool does not ask the simulator for its cipher suites: it never answers that, which costs ten seconds a call. */
  readonly within: readonly [string, ...string[]] | undefined;
  power(): string;
  /** What was done at the switch, a line each. */
  log(): string;
  close(): Promise<void>;
}

/** Starts one on a free port; the power is on. */
export async function startController(): Promise<Controller> {
  const dir = mkdtempSync(join(tmpdir(), 'hostler-ipmi-'));
  const port = await freePort();
  const user = 'hostler';
  const password = 'for-the-tests';
  const level = 'none md2 md5 straight';
  const levels = ['callback', 'user', 'operator', 'admin'].map((name) => `allowed_auths_${name} ${level}`).join('\n');
  mkdirSync(join(dir, 'state'));
  writeFileSync(join(dir, 'power'), '1');
  writeFileSync(join(dir, 'log'), '');
  writeFileSync(
    join(dir, 'lan.conf'),
    `name "bmc"
set_working_mc 0x20
startlan 1
addr 127.0.0.1 ${port}
priv_limit admin
${levels}
guid a123456789abcdefa123456789abcdef
endlan
chassis_control "${dir}/chassis"
user 1 true "" "test" user 10 ${level}
user 2 true "${user}" "${password}" admin 10 ${level}
`,
  );
  writeFileSync(
    join(dir, 'mc.emu'),
    'mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr\nsel_enable 0x20 1000 0x0a\nmc_enable 0x20\n',
  );
  // ipmi_lan(5), chassis_control: `get` prints values, `set` takes them; a soft shutdown turns off at once here.
  writeFileSync(
    join(dir, 'chassis'),
    `#!/bin/sh
cd ${dir} || exit 1
verb=$1; shift
if [ "$verb" = get ]; then for what; do case $what in power) echo "power:$(cat power)";; *) echo "$what:default";; esac; done; exit 0; fi
[ "$verb" = set ] || exit 0
echo "$*" >>log
case $1 in power) echo "$2" >power;; shutdown) echo 0 >power;; esac
`,
  );
  chmodSync(join(dir, 'chassis'), 0o755);
  const tool = which('ipmitool') ?? 'ipmitool';
  copyFileSync(tool, join(dir, 'ipmitool.real'));
  writeFileSync(join(dir, 'ipmitool'), `#!/bin/sh\nexec ${dir}/ipmitool.real -C 3 "$@"\n`);
  chmodSync(join(dir, 'ipmitool'), 0o755);
  const child = start(['ipmi_sim', '-c', join(dir, 'lan.conf'), '-f', join(dir, 'mc.emu'), '-s', join(dir, 'state'), '-n']);
  const controller: Controller = {
    address: `127.0.0.1:${port}`,
    user,
    password,
    within: ownFolders(`mount --bind ${dir}/ipmitool ${tool}`),
    power: () => readFileSync(join(dir, 'power'), 'utf8').trim(),
    log: () => readFileSync(join(dir, 'log'), 'utf8'),
    async close() {
      await stop(child);
      rmSync(dir, { recursive: true, force: true });
    },
  };
  try {
    await until('the controller', () => runs('ss', '-Hlun', 'sport', '=', String(port)).includes(String(port)));
  } catch (error) {
    await controller.close();
    throw error;
  }
  return controller;
}
