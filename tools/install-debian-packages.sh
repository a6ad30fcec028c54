#!/usr/bin/env bash
# What the tests against a real kernel use: namespaces, captures and peers. Installs only what is missing.
set -u
packages=(iproute2 iputils-ping iputils-arping procps ethtool tcpdump tshark socat ncat nmap hping3 nftables netcat-openbsd ndisc6 radvd python3-minimal)

command -v apt-get >/dev/null || { echo "System packages: no apt-get here, nothing installed"; exit 0; }
missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && { echo "System packages: all present"; exit 0; }

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if "${as_root[@]}" apt-get update >"$log" 2>&1 &&
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >>"$log" 2>&1; then
  echo "System packages: installed ${missing[*]}"
else
  tail -n 20 "$log" >&2
  echo "System packages: could not install ${missing[*]}"
  exit 1
fi
