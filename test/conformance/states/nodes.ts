import { isRecord, records, text } from '../record.ts';
import type { Rule } from './draft.ts';
import { node } from './make.ts';

/** Nodes by themselves: that they are there, their version, services and updates. */
export const NODES: readonly Rule[] = [
  { path: '/nodes/{node}/**', means: (draft, _, at) => void node(draft, at.node ?? '') },
  {
    means: (draft, { data }) => {
      const upid = typeof data === 'string' ? /^UPID:([^:]+):/.exec(data)?.[1] : undefined;
      if (upid !== undefined) node(draft, upid);
    },
  },
  {
    path: '/{of:version|nodes}/**',
    methods: ['GET'],
    means: (draft, { data, exchange }) => {
      if (isRecord(data) && /\/version$/.test(exchange.path)) draft.version = text(data, 'version');
    },
  },
  {
    path: '/nodes/{node}/services',
    methods: ['GET'],
    means: (draft, { data }, at) => Object.assign(node(draft, at.node ?? ''), { services: records(data) }),
  },
  {
    path: '/nodes/{node}/services/{service}/**',
    means: (draft, { data, exchange }, at) => {
      if (exchange.answer.status < 400)
        node(draft, at.node ?? '').services = [
          {
            service: at.service,
            name: at.service,
            state: 'running',
            'active-state': 'active',
            'unit-state': 'enabled',
            desc: `${at.service}`,
            ...(isRecord(data) ? data : {}),
          },
        ];
    },
  },
  {
    path: '/nodes/{node}/apt/update',
    methods: ['GET'],
    means: (draft, { data }, at) => Object.assign(node(draft, at.node ?? ''), { updates: records(data) }),
  },
  {
    path: '/nodes/{node}/**',
    means: (draft, { status, exchange }) => {
      if (status >= 596 && status < 600) draft.proxied = { status, reason: exchange.answer.reason ?? '' };
    },
  },
];
