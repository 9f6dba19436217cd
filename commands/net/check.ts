import { address, host, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { bothEnds, checkPlan } from '../../src/tools/reach-check.ts';

const port = () => word(/^([1-9][0-9]{0,4})(,[1-9][0-9]{0,4}){0,19}$/, { en: 'PORT[,PORT …]', zh: '端口[,端口 …]' });

/** Whether two hosts reach each other, asked of both at once: ping, path MTU, ports, route, neighbour and name. */
export default command({
  summary: { en: 'Check what is between two hosts', zh: '检查两台主机之间的连通性' },
  examples: ['net check web1 db1', 'net check web1 db1 --ports 22,5432', 'net check web1 192.0.2.1'],
  risk: 'none',
  spread: 'whole',
  args: { a: host(), b: address() },
  options: { ports: port().optional() },
  among: ({ a, b }, hosts) => bothEnds(a, b, hosts),
  plan: ({ a, b, ports }, look) => checkPlan(look, a, b, (ports ?? '').split(',').filter(Boolean).map(Number)),
});
