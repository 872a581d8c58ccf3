#!/bin/sh
# Makes a bare Debian tree with packages.txt installed into the base of every sandbox server. Runs inside that tree,
# by chroot or in a Dockerfile, as root.
set -eu

# Every server gets keys and an identity of its own.
rm -f /etc/ssh/ssh_host_*
: >/etc/machine-id

# Sandbox servers have no way out: a resolver would only make programs wait.
rm -f /etc/resolv.conf

# Neither the package mirror nor its lists: nothing is installed later.
rm -f /etc/apt/sources.list
rm -rf /etc/apt/sources.list.d/* /var/lib/apt/lists/* /var/cache/apt/archives/*.deb

mkdir -p /etc/ssh/sshd_config.d
printf '%s\n' 'PermitRootLogin prohibit-password' 'PasswordAuthentication no' >/etc/ssh/sshd_config.d/sandbox.conf

rm -f /etc/nginx/sites-enabled/default
ln -sf /opt/pm2/node_modules/pm2/bin/pm2 /usr/local/bin/pm2

systemctl enable --quiet ssh.service nginx.service cron.service
# There for the servers that are kept so.
systemctl disable --quiet supervisor.service
# What a throw-away server has no use for, and what waits for hardware that it does not have.
systemctl mask --quiet console-getty.service getty.target apt-daily.timer apt-daily-upgrade.timer \
  dpkg-db-backup.timer e2scrub_all.timer fstrim.timer systemd-tmpfiles-clean.timer dev-hugepages.mount
