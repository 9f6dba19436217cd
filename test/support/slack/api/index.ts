import { chat } from './chat.ts';
import { conversations } from './conversations.ts';
import { files } from './files.ts';
import { type Method, method } from './method.ts';
import { people } from './people.ts';
import { views } from './views.ts';

/** The way into Socket Mode. */
const apps = { 'apps.connections.open': method({ token: 'app' }, {}, (_, { slack }) => ({ url: slack.sockets.ticket() })) };

/** Every method the simulation knows. */
export const methods: ReadonlyMap<string, Method> = new Map(Object.entries({ ...apps, ...chat, ...conversations, ...files, ...people, ...views }));
