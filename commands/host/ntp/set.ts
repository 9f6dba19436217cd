import { z } from 'zod';
import { host } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { serversPlan } from '../../../src/tools/clock/servers.ts';

/** Has a host take its time from these servers, beside those it has, and sees that one of them is followed. */
export default command({
  summary: { en: 'Set time servers of a host', zh: '设置主机的时间服务器' },
  examples: ['host ntp set web1 ntp1.example.org', 'host ntp set kvm1 192.0.2.1 192.0.2.2'],
  risk: 'low',
  args: {
    host: host(),
    servers: z
      .array(
        z
          .string()
          .max(253)
          .regex(/^[A-Za-z0-9:]([A-Za-z0-9:.-]*[A-Za-z0-9])?$/),
      )
      .min(1)
      .max(8),
  },
  plan: ({ servers }, look) => serversPlan(look, servers),
});
