#cloud-config
write_files:
%{ if is_server ~}
- path: /etc/rancher/rke2/config.yaml
  content: |
    cni: flanel
    %{~ if dns ~}
    cluster-dns: 10.44.0.10
    %{~ endif ~}
%{ else ~}
- path: /etc/rancher/rke2/config.yaml
  content: |
    server: https://${ip}:9345
    cni: canal
%{ endif ~}
