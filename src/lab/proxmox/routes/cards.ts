import { needs, needsAny } from '../gates.ts';
import { bool, text } from '../params.ts';
import { type Gate, ok, type Route } from '../route.ts';

const node = '/nodes/{node}';
const PCI = [
  { id: '0000:01:00.0', class: '0x030000', vendor: '0x10de', device: '0x2204', iommugroup: 12, vendor_name: 'NVIDIA Corporation', device_name: 'GA102' },
  { id: '0000:02:00.0', class: '0x020000', vendor: '0x8086', device: '0x1533', iommugroup: 13, vendor_name: 'Intel Corporation', device_name: 'I210' },
];

/** The cards in a node. */
export const CARDS: readonly Route[] = [
  { method: 'GET', path: `${node}/hardware/pci`, gate: cards(), params: { 'pci-class-blacklist': text(), verbose: bool }, run: () => ok(PCI) },
  { method: 'GET', path: `${node}/hardware/pci/{card}`, run: () => ok([{ method: 'mdev' }]) },
  { method: 'GET', path: `${node}/hardware/pci/{card}/mdev`, gate: cards(), run: () => ok([]) },
  { method: 'GET', path: `${node}/hardware/usb`, gate: needs('/nodes/{node}', 'Sys.Audit'), run: () => ok([]) },
];

function cards(): Gate {
  return needsAny('/nodes/{node}', 'Sys.Audit', 'Sys.Modify');
}
