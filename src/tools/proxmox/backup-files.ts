import { apiPath } from '../../core/call.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import type { Archive } from './archives.ts';
import { flag, number, rows, text } from './fields.ts';

/** A file or folder inside of a backup. Size in bytes, `at` in seconds since the epoch. */
export interface FileIn {
  readonly name: string;
  readonly folder: boolean;
  readonly size: number | undefined;
  readonly at: number | undefined;
}

/** `GET /nodes/{node}/storage/{storage}/file-restore/list`: the path goes as base64, but for the top. */
export function filesIn(archive: Archive, path: string): ApiRead<FileIn[]> {
  const whole = path.replace(/\/+$/, '');
  return readApi({
    path: apiPath`/nodes/${archive.on}/storage/${archive.storage}/file-restore/list`,
    params: { volume: archive.volid, filepath: whole === '' ? '/' : base64(whole) },
    parse: ({ data }) => parseFiles(data),
  });
}

export function parseFiles(data: unknown): FileIn[] {
  return rows(data)
    .map((from) => ({ name: text(from, 'text') ?? '', folder: !flag(from, 'leaf'), size: number(from, 'size'), at: number(from, 'mtime') }))
    .sort((a, b) => Number(b.folder) - Number(a.folder) || (a.name < b.name ? -1 : 1));
}

function base64(value: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(value)));
}
