/** A systemd unit that runs a watchdog: https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html */
export function watchdogUnit(url = 'https://hostler.example.org'): string {
  return `# /etc/systemd/system/hostler-watchdog.service, on another host than the bot's. Then: systemctl enable --now hostler-watchdog
# How it alarms stands in /etc/hostler/watchdog.env (mode 0600), for instance:
#   HOSTLER_WATCHDOG_NTFY=https://ntfy.sh/my-topic
#   HOSTLER_WATCHDOG_NTFY_TOKEN=env:NTFY_TOKEN
#   NTFY_TOKEN=…
[Unit]
Description=Alarms when Hostler is silent
After=network-online.target
Wants=network-online.target

[Service]
Environment=HOSTLER_WATCHDOG_URL=${url}
EnvironmentFile=/etc/hostler/watchdog.env
ExecStart=hostler watchdog --every 30s --after 90s --state /var/lib/hostler-watchdog/state.json
Restart=always
RestartSec=10
DynamicUser=yes
StateDirectory=hostler-watchdog
Environment=HOSTLER_HOME=/var/lib/hostler-watchdog
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
MemoryMax=256M

[Install]
WantedBy=multi-user.target
`;
}
