import { apiPath } from '../../core/call.ts';

/** A guest's place in the API. */
export interface Place {
  readonly node: string;
  readonly type: 'qemu' | 'lxc';
  readonly vmid: number;
}

/** `/nodes/{node}/{qemu|lxc}/{vmid}` with what comes after. */
export function guestPath({ node, type, vmid }: Place, ...more: readonly string[]): string {
  return [apiPath`/nodes/${node}/${type}/${vmid}`, ...more.map((part) => apiPath`${part}`)].join('/');
}
