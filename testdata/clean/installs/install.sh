#!/bin/sh
# INSTALL_RKE2_EXEC="server --cni=canal" is what K3s has
export INSTALL_RKE2_TYPE="${1:-server}"
curl -sfL https://get.rke2.io | INSTALL_RKE2_VERSION=v1.33.5+rke2r1 sh - || { echo "it failed"; exit 1; }
curl -sfL https://get.k3s.io | INSTALL_K3S_EXEC="server --disable=traefik" sh -s - --debug
rke2 server --cni=canal,multus --help
