# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

# For scripts that try venloc in a minimal Debian: source this, then
#   make_root SUITE PACKAGE...  makes it in the folder $root, with these packages; it goes when the script ends
#   inside COMMAND...           runs a command in it, with the settings of the array environment
#   megabytes                   its size, without the folders of this machine that are seen in it
# Needs root and debootstrap. FRESH_ROOT=file.tar keeps the minimal root for next time; FRESH_KEEP=1 leaves the folder.

mounted() { awk -v root="$root/" 'index($2, root) == 1 { print $2 }' /proc/self/mounts | sort -r; }

remove_root() {
  mounted | xargs -r -n 1 umount -q || true
  # What could not be unmounted is the machine's own.
  if [ -n "$(mounted)" ]; then
    echo "$root is still in use" >&2
  elif [ -z "${FRESH_KEEP:-}" ]; then
    rm -rf --one-file-system "$work"
  else
    echo "$root is kept"
  fi
}

copy_into_root() {
  if [ -e "$1" ]; then mkdir -p "$root$(dirname "$1")" && cp -aL "$1" "$root$1"; fi
}

inside() { env -i "${environment[@]}" chroot "$root" "$@"; }

megabytes() { du -sxm "${shared[@]}" "$root" | cut -f 1; }

make_root() {
  local suite=$1 base=${FRESH_ROOT:-} mirror file setting folder
  shift
  if [ "$(id -u)" -ne 0 ] || ! command -v debootstrap > /dev/null; then
    echo "A fresh root needs root and the package debootstrap: install it, or run this as root." >&2
    exit 1
  fi
  work=$(mktemp -d)
  root=$work/root
  trap remove_root EXIT
  mirror=$(cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2> /dev/null |
    sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb  *\(\[[^]]*\] *\)\{0,1\}\([^ ]*\).*/\2/p' | head -n 1) || true
  mkdir "$root"
  if [ -n "$base" ] && [ -f "$base" ]; then
    tar -C "$root" -xf "$base"
  else
    debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" "$mirror" > "$work/log" || { tail "$work/log"; exit 1; }
    [ -z "$base" ] || tar -C "$root" -cf "$base" .
  fi

  # The network as this machine has it: names, certificates, and the settings of apt, pip and npm.
  copy_into_root /etc/resolv.conf
  copy_into_root /etc/ssl/certs/ca-certificates.crt
  copy_into_root /etc/pip.conf
  copy_into_root "$HOME/.config/pip"
  for file in /etc/apt/apt.conf /etc/apt/apt.conf.d/*; do
    if grep -qsE '^ *Acquire' "$file"; then copy_into_root "$file"; fi
  done
  mkdir -p "$root$HOME"
  environment=(HOME="$HOME" PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8)
  while IFS= read -r -d '' setting; do environment+=("$setting"); done < <(
    env -0 | grep -zE '^(PIP_|npm_config_|NODE_EXTRA_CA_CERTS=|MAKEFLAGS=|SSL_CERT_|REQUESTS_CA_BUNDLE=|https?_proxy=|HTTPS?_PROXY=|no_proxy=|NO_PROXY=)' || true)
  echo "deb $mirror $suite main" > "$root/etc/apt/sources.list"
  mount -t proc proc "$root/proc"
  mount --rbind --make-rslave /dev "$root/dev"
  inside apt-get update -qq
  inside apt-get install -y -qq --no-install-recommends "$@" > "$work/log" 2>&1 || { tail "$work/log"; exit 1; }
  # Local folders that pip takes packages from, and the photos that tests use, are seen where they are here.
  shared=()
  for folder in ${PIP_FIND_LINKS:-} ${VENLOC_SHARED:-} $(sed -n 's,.*file://\(/[^ ]*\)/simple.*,\1,p; s,^ *find-links *= *\(/[^ ]*\),\1,p' \
      "$HOME/.config/pip/pip.conf" /etc/pip.conf 2> /dev/null); do
    if [ -d "$folder" ] && ! mountpoint -q "$root$folder"; then
      mkdir -p "$root$folder" && mount --bind -o ro "$folder" "$root$folder"
      shared+=(--exclude="$root$folder")
    fi
  done
}
