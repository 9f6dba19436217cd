import { fail, type Program } from '../../program.ts';
import { NETWORK } from '../../world/fleet.ts';
import { mainLink } from '../../world/links.ts';
import { reach } from '../../world/reach.ts';
import { names } from './dns.ts';

/** How one practice host reaches another: every link has an MTU of 1500, and what runs a service listens for it. */
export const reachOf: Program = (call) => {
  const [, to, name, ...ports] = call.argv;
  if (to === undefined) return fail(call, 'reach: no address');
  const { machine } = call;
  if (name)
    call.out(
      `${names(machine, name)
        .map((address) => `name ${address}\n`)
        .join('')}named\n`,
    );
  const found = reach(machine, to);
  if (!found) {
    call.out(`trouble ${to} has no address here\n`);
    return 0;
  }
  const { address, rtt } = found;
  const dev = mainLink(machine);
  const near = address.startsWith(`${NETWORK[machine.site]}.`);
  const other = machine.fleet.find(({ at }) => at === address);
  call.out(`address ${address}\n`);
  for (const port of ports) call.out(`port ${port} ${portState(rtt !== undefined, other?.tags ?? [], port)} \n`);
  call.out(`route ${address} ${near ? '' : `via ${NETWORK[machine.site]}.1 `}dev ${dev} src ${machine.at} uid 0     cache \n`);
  call.out(`ping 3 packets transmitted, ${rtt === undefined ? 0 : 3} received, ${rtt === undefined ? 100 : 0}% packet loss, time 402ms\n`);
  if (rtt !== undefined) call.out(`ping rtt min/avg/max/mdev = ${rtt.toFixed(3)}/${(rtt * 1.1).toFixed(3)}/${(rtt * 1.2).toFixed(3)}/0.010 ms\n`);
  call.out(`neigh ${near ? address : `${NETWORK[machine.site]}.1`} ${near && rtt === undefined ? 'FAILED' : 'lladdr 00:00:5e:00:01:01 REACHABLE'}\n`);
  call.out(rtt === undefined ? 'link 1500\n' : 'link 1500\npath 1500\n');
  return 0;
};

const LISTENING: { readonly [tag: string]: readonly string[] } = { web: ['80', '443'], db: ['5432'], pve: ['8006'], kvm: ['16509'] };

function portState(answers: boolean, tags: readonly string[], port: string): string {
  if (!answers) return '124';
  const open = port === '22' || tags.some((tag) => LISTENING[tag]?.includes(port));
  return open ? '0' : '1 bash: connect: Connection refused';
}
