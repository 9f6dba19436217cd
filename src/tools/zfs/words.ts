import { word } from '../../core/args.ts';

const PART = '[A-Za-z0-9][A-Za-z0-9._:-]*';

/** A pool: begins with a letter. zpoolconcepts(7). */
export const pool = () => word(/^[A-Za-z][A-Za-z0-9._:-]*$/, { en: 'POOL', zh: '存储池' });
/** A file system or volume: `tank/data/vm-100-disk-0`. */
export const dataset = () => word(new RegExp(`^[A-Za-z][A-Za-z0-9._:-]*(/${PART})*$`), { en: 'DATASET', zh: '数据集' });
/** `tank/data@before`: the at sign makes it a snapshot. */
export const snapshotOf = () => word(new RegExp(`^[A-Za-z][A-Za-z0-9._:-]*(/${PART})*@${PART}$`), { en: 'DATASET@SNAPSHOT', zh: '数据集@快照' });
/** A snapshot's name alone. */
export const snapshotName = () => word(new RegExp(`^${PART}$`), { en: 'NAME', zh: '名称' });
