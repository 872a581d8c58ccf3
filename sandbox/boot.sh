#!/bin/sh
# Becomes the supervisor of one sandbox server: takes a cgroup of its own, records which process it is, then runs
# systemd-nspawn in its place. Usage: boot.sh FOLDER MACHINE HOSTNAME PERMIT
set -eu
folder=$1
machine=$2
hostname=$3
permit=$4

# Two servers in one cgroup would see, and end, each other's services.
for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
  if [ -e "$hierarchy/cgroup.procs" ]; then
    mkdir -p "$hierarchy/belay-$machine"
    echo $$ >"$hierarchy/belay-$machine/cgroup.procs"
  fi
done

# Whoever destroys the server takes the permit away and then ends what is in the cgroup: this process is seen by one or
# the other. Without a permit it leaves no trace.
if [ ! -e "$folder/$permit" ]; then
  for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
    if [ -e "$hierarchy/cgroup.procs" ]; then
      echo $$ >"$hierarchy/cgroup.procs"
      rmdir "$hierarchy/belay-$machine" || :
    fi
  done
  exit 1
fi

# Field 22 of proc(5)'s stat, start ticks: with the boot id, this process's identity. exec keeps it.
printf '%s %s %s\n' $$ "$(cut -d ' ' -f 22 /proc/$$/stat)" "$(cat /proc/sys/kernel/random/boot_id)" >"$folder/pid.part"
mv "$folder/pid.part" "$folder/pid"

exec systemd-nspawn --quiet --boot --network-veth --register=no --keep-unit \
  --resolv-conf=off --timezone=off --link-journal=no \
  --directory="$folder/root" --machine="$machine" --hostname="$hostname"
