import { createRequire } from 'node:module';

/*
 * Files of one worker share what it has imported, and Node's store of HTTP parsers. A parser comes back into it from a connection that a test has torn down,
 * still listening there now and then; whoever is given that one next dies of Node's own check. So every file begins with none.
 */
const { parsers }: { parsers: { list: unknown[] } } = createRequire(import.meta.url)('node:_http_common');
parsers.list.length = 0;
