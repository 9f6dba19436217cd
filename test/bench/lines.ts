const ENVIRONMENT = 'env LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The command line the bot's `hosts` sends to a host. */
export const ONE = `${ENVIRONMENT} cat /proc/sys/kernel/random/boot_id /proc/loadavg /proc/uptime /proc/meminfo /etc/os-release`;

/** The command lines of `net show`. */
export const THREE = ['ip -j addr show', 'ip -j route show', 'ip -j -s link show'].map((line) => `${ENVIRONMENT} ${line}`);
