#!/bin/sh
# Each is for whatever cluster kubectl speaks to then.
for context in a b; do
  kubectl --context "$context" apply -f - <<EOF
apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata:
  name: rke2-coredns
  namespace: kube-system
spec:
  valuesContent: |
    nodelocal:
      enable: true
EOF
done
