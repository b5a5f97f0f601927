apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata:
  name: rke2-canal
  namespace: kube-system
spec:
  valuesContent: |-
    flannel:
%{ if iface != "" ~}
      iface: ${iface}
      ifaces: ${iface}
%{ endif ~}
      backend: vxlan
---
%{ if coredns ~}
apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata:
  name: rke2-coredns
  namespace: kube-system
spec:
  valuesContent: |-
    corefile: ${corefile}
%{ endif ~}
