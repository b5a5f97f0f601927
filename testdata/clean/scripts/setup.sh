#!/usr/bin/env bash
# echo "cni: canall" > /etc/rancher/rke2/config.yaml
set -eu
CONFIG=/etc/rancher/rke2/config.yaml

case "$CNI" in
calico)
  printf 'cni: %s\n' calico > $CONFIG
  ;;
*)
  echo "cni: cilium" > $CONFIG
  cat > /var/lib/rancher/rke2/server/manifests/rke2-cilium-config.yaml <<EOF
apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata:
  name: rke2-cilium
  namespace: kube-system
spec:
  valuesContent: |-
    hubble:
      enabled: ${HUBBLE:-true}
EOF
  ;;
esac
if [ -n "${PODS:-}" ]; then
  echo "cluster-cidr: $PODS" >> $CONFIG
fi
# Replaced below.
cat <<'EOF' | sudo tee -a $CONFIG > /dev/null
service-cidr: SERVICES
write-kubeconfig-mode: "0600"
EOF
sudo sed -i "s|SERVICES|$1|" $CONFIG

enable() {
  kubectl apply -f - <<EOF
apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata: {name: rke2-coredns, namespace: kube-system}
spec:
  valuesContent: '{"nodelocal": {"enabled": true}}'
EOF
}

disable() {
  kubectl apply -f - <<EOF
apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata: {name: rke2-coredns, namespace: kube-system}
spec:
  valuesContent: '{"nodelocal": {"enabled": false}}'
EOF
}
"$2"
