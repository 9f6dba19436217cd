import { effect, fail, type Program } from '../../program.ts';
import { readFile } from '../../programs/files.ts';
import type { Machine } from '../../world/machine.ts';
import { kept } from '../area.ts';

interface Values {
  congestion: string;
  qdisc: string;
  loaded: boolean;
}
const FILE = '/etc/sysctl.d/90-hostler-bbr.conf';
/** As the kernels of practice hosts begin; on db1 somebody has turned BBR on before. */
const stateOf = kept(
  ({ name }): Values => (name === 'db1' ? { congestion: 'bbr', qdisc: 'fq', loaded: true } : { congestion: 'cubic', qdisc: 'fq_codel', loaded: false }),
);
export const bbrFile = ({ name }: Machine) =>
  name === 'db1' ? '# Set by Hostler.\nnet.core.default_qdisc = fq\nnet.ipv4.tcp_congestion_control = bbr\n' : undefined;

const available = ({ loaded }: Values) => (loaded ? 'reno cubic bbr' : 'reno cubic');

/** The running values, and the files about them. */
export const bbr: Program = (call) => {
  const state = stateOf(call.machine);
  call.out(`running ${state.congestion}\nqdisc ${state.qdisc}\navailable ${available(state)}\nexists\n`);
  const settings = fileSettings(call.machine, FILE);
  if (settings) call.out(`file ${FILE}\n${settings.map(([key, value]) => `set ${key} ${value}\n`).join('')}`);
  return 0;
};

export const bbrRunning: Program = (call) => {
  const { congestion, qdisc } = stateOf(call.machine);
  call.out(`${congestion} ${qdisc}\n`);
  return 0;
};

function fileSettings(machine: Machine, path: string): [string, string][] | undefined {
  return readFile(machine, path)
    ?.split('\n')
    .flatMap((line): [string, string][] => {
      const [, key, value] = /^\s*([a-z0-9_.]+)\s*=\s*(\S+)/.exec(line) ?? [];
      return key && value ? [[key, value]] : [];
    });
}

/** `modprobe tcp_bbr` */
export const modprobe: Program = (call) => {
  if (call.argv[1] !== 'tcp_bbr')
    return fail(call, `modprobe: FATAL: Module ${call.argv[1] ?? ''} not found in directory /lib/modules/${call.machine.os.kernel}`);
  stateOf(call.machine).loaded = true;
  effect(call, ...call.argv);
  return 0;
};

/** `sysctl -p FILE` and `sysctl -w KEY=VALUE …`, for congestion control and the default queue. */
export const sysctl: Program = (call) => {
  const [, option, ...rest] = call.argv;
  const state = stateOf(call.machine);
  const settings =
    option === '-p' ? fileSettings(call.machine, rest[0] ?? '') : rest.map((word): [string, string] => [word.split('=')[0] ?? '', word.split('=')[1] ?? '']);
  if ((option !== '-p' && option !== '-w') || !settings) return fail(call, `sysctl: cannot open "${rest[0] ?? ''}": No such file or directory`);
  for (const [key, value] of settings) {
    if (key === 'net.core.default_qdisc') state.qdisc = value;
    else if (key !== 'net.ipv4.tcp_congestion_control')
      return fail(call, `sysctl: cannot stat /proc/sys/${key.replaceAll('.', '/')}: No such file or directory`);
    else if (!available(state).split(' ').includes(value)) return fail(call, `sysctl: setting key "${key}": No such file or directory`, 255);
    else state.congestion = value;
    call.out(`${key} = ${value}\n`);
  }
  effect(call, ...call.argv);
  return 0;
};
