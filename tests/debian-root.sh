# Functions around a clean Debian root made by debootstrap, for the scripts beside this file. They need root.
# shellcheck shell=bash

MIRROR=${MIRROR:-http://deb.debian.org/debian}
REPOSITORY=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Starts the calling script again in mount and pid namespaces of its own: whatever it mounts and starts is gone when it
# ends, however it ends, and the host's /dev can never be deleted through a mount that was left behind.
enter_namespace() {
  [ "$(id -u)" = 0 ] || { echo "$0: expected root, got $(id -un): debootstrap and chroot need it" >&2; exit 1; }
  command -v debootstrap >/dev/null || { echo "$0: no debootstrap: apt-get install -y debootstrap" >&2; exit 1; }
  [ -n "${PATCHWORK_NAMESPACE:-}" ] ||
    PATCHWORK_NAMESPACE=1 exec unshare --mount-proc --propagation private --pid --fork --kill-child bash "$0" "$@"
}

# make_root ROOT SUITE: Debian's smallest system with a compiler and sudo, the host's npm, and a Node: Debian's own from 13
# on (a foreign binary crashed there in one load of LibTorch in seventy, with this project's addon and without), the
# host's before, where Debian's is too old.
make_root() {
  local root=$1 suite=$2
  debootstrap --variant=minbase "$suite" "$root" "$MIRROR" >"$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; return 1; }
  apt-config dump | grep -E '^Acquire::https?::Proxy' >"$root/etc/apt/apt.conf.d/90proxy" || true
  # A bundle of certificates the host trusts, for npm behind a proxy that has its own.
  cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/host-certificates.crt"
  local npm_home
  npm_home=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
  local packages=(g++ sudo)
  if [ "$suite" = bookworm ]; then
    install -D "$(readlink -f "$(command -v node)")" "$root/usr/local/bin/node"
  else
    packages+=(nodejs)
  fi
  mkdir -p "$root/usr/local/lib/node_modules"
  cp -r "$npm_home" "$root/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
  mount_root "$root"
  in_root "$root" root / "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${packages[*]}" \
    >>"$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; return 1; }
  in_root "$root" root / 'useradd --create-home --shell /bin/bash dev && echo "dev ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/dev'
}

# mount_root ROOT: what a running system has in /proc, /sys and /dev, and the host's name servers.
mount_root() {
  local root=$1
  mountpoint -q "$root/proc" && return
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount --rbind /dev "$root/dev"
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
}

# clone_into ROOT USER: the last commit of this repository, as /home/USER/patchwork (/root/patchwork).
clone_into() {
  local root=$1 user=$2 home
  home=$(home_of "$user")
  rm -rf "${root:?}$home/patchwork"
  git clone --quiet "$REPOSITORY" "$root$home/patchwork"
  in_root "$root" root / "chown -R $user $home/patchwork"
}

home_of() { [ "$1" = root ] && echo /root || echo "/home/$1"; }

# in_root ROOT USER FOLDER COMMAND: a login's few variables, and those that lead through a proxy.
in_root() {
  local root=$1 user=$2 folder=$3 command=$4 name passed=()
  for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
    [ -z "${!name:-}" ] || passed+=("$name=${!name}")
  done
  env -i HOME="$(home_of "$user")" USER="$user" LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    NODE_EXTRA_CA_CERTS=/etc/host-certificates.crt npm_config_cafile=/etc/host-certificates.crt \
    npm_config_registry="$(npm config get registry 2>/dev/null)" "${passed[@]}" \
    "$(command -v chroot)" --userspec="$user" "$root" bash -c "cd '$folder' && $command"
}

# timed TITLE COMMAND...: runs it and says how long it took.
timed() {
  local title=$1 start=$SECONDS status=0
  shift
  "$@" || status=$?
  echo "== $title: $([ "$status" = 0 ] && echo passed || echo "FAILED ($status)") in $((SECONDS - start)) s"
  return "$status"
}
