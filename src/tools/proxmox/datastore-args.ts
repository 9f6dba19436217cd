import { word } from '../../core/args.ts';

const NAME = '[A-Za-z0-9_][A-Za-z0-9._-]*';

/** A datastore of a backup server, or `server/datastore`. */
export const datastoreName = () => word(new RegExp(`^(${NAME}/)?${NAME}$`), { en: 'DATASTORE', zh: '数据存储' });

/** A namespace: names between slashes, at most seven deep; `/` for the root alone. */
export const namespace = () =>
  word(new RegExp(`^(/|${NAME}(/${NAME}){0,6})$`), { en: 'NAMESPACE', zh: '命名空间' }).transform((typed) => (typed === '/' ? '' : typed));

/** A group of backups: `vm/101`, `ct/200`, `host/fs01`. */
export const group = () =>
  word(new RegExp(`^(vm|ct|host)/${NAME}$`), { en: 'vm/ID', zh: 'vm/ID' }).transform((typed) => ({
    type: typed.slice(0, typed.indexOf('/')),
    id: typed.slice(typed.indexOf('/') + 1),
  }));
