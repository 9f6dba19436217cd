import type { Machine } from '../world/machine.ts';

/** /proc/cpuinfo: one paragraph a processor. */
export function cpuinfo(machine: Machine): string {
  const each = machine.os.arch === 'aarch64' ? arm : x86;
  const cpus = Array.from(
    { length: machine.cpus },
    (_, index) =>
      `${each(machine, index)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n')}\n\n`,
  );
  const tail =
    machine.os.arch === 'aarch64'
      ? `Revision\t: d03115\nSerial\t\t: 10000000${machine.nic.mac.replaceAll(':', '').slice(4)}\nModel\t\t: Raspberry Pi 4 Model B Rev 1.5\n`
      : '';
  return cpus.join('') + tail;
}

type Line = readonly [string, string | number];

function x86(machine: Machine, index: number): readonly Line[] {
  const cores = machine.cpus / 2;
  const core = index % cores;
  return [
    ['processor\t', index],
    ['vendor_id\t', 'GenuineIntel'],
    ['cpu family\t', 6],
    ['model\t\t', 85],
    ['model name\t', 'Intel(R) Xeon(R) Silver 4214 CPU @ 2.20GHz'],
    ['stepping\t', 7],
    ['microcode\t', '0x5003604'],
    ['cpu MHz\t\t', '2200.000'],
    ['cache size\t', '16896 KB'],
    ['physical id\t', 0],
    ['siblings\t', machine.cpus],
    ['core id\t\t', core],
    ['cpu cores\t', cores],
    ['fpu\t\t', 'yes'],
    [
      'flags\t\t',
      'fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 mmx fxsr sse sse2 ht syscall nx rdtscp lm constant_tsc vmx ssse3 sse4_1 sse4_2 avx avx2',
    ],
    ['bogomips\t', '4400.00'],
    ['address sizes\t', '46 bits physical, 48 bits virtual'],
    ['power management', ''],
  ];
}

function arm(_machine: Machine, index: number): readonly Line[] {
  return [
    ['processor\t', index],
    ['BogoMIPS\t', '108.00'],
    ['Features\t', 'fp asimd evtstrm crc32 cpuid'],
    ['CPU implementer\t', '0x41'],
    ['CPU architecture', 8],
    ['CPU variant\t', '0x0'],
    ['CPU part\t', '0xd08'],
    ['CPU revision\t', 3],
  ];
}
