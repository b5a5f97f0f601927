#!/usr/bin/env bash
# One script for servers and agents: the first argument says which.
set -euo pipefail

export INSTALL_RKE2_VERSION="v1.34.2+rke2r1"
MANIFESTS=/var/lib/rancher/rke2/server/manifests
CONFIG="/etc/rancher/rke2/config.yaml"

server() {
	mkdir -p "$MANIFESTS" /etc/rancher/rke2
	echo -e "write-kubeconfig-mode: 0600\ntoken: $TOKEN\ncni:\n- cilium\n- multus\ncluster-cidr: 10.42.0.0/16" > "$CONFIG"
	echo "service-cidr: 10.42.128.0/17" >> $CONFIG
	cat <<-EOF | sudo tee "${MANIFESTS}/rke2-cilium-config.yaml" >/dev/null
	apiVersion: helm.cattle.io/v1
	kind: HelmChartConfig
	metadata:
	  name: rke2-cilium
	  namespace: default
	spec:
	  valuesContent: |-
	    k8sServiceHost: ${API_HOST}
	    hubbel:
	      enabled: true
	EOF
}

agent() {
	{
		echo "server: https://${API_HOST}:6443"
		echo "token: $TOKEN"
		echo 'cni: cilium'
	} > "$CONFIG"
}

"$1"
curl -sfL https://get.rke2.io | sh -
