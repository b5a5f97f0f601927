{ config, lib, pkgs, ... }:
let
  domain = "example.org";
in
{
  services.rke2 = {
    enable = true;
    role = "server";
    cni = lib.mkDefault "cilium";
    disable = [ "rke2-ingress" "rke2-metrics-server" ];
    extraFlags = [
      "--cluster-cidr=10.42.0.0/16"
      "--service-cidr=10.43.0.0/16"
      "--write-kubeconfig-mode" "0644"
      "--tls-san=rke2.${domain}"
      "--node-ip=10.0.0.300"
    ];
    manifests = {
      rke2-cilium-config.content = {
        apiVersion = "helm.cattle.io/v1";
        kind = "HelmChartConfig";
        metadata.name = "rke2-cilium";
        metadata.namespace = "kube-system";
        spec.valuesContent = builtins.toJSON {
          hubble.enabled = true;
          kubeProxyReplacment = true;
        };
      };
      coredns = {
        target = "rke2-coredns-config.yaml";
        source = pkgs.writeText "coredns.yaml" ''
          apiVersion: helm.cattle.io/v1
          kind: HelmChartConfig
          metadata:
            name: rke2-coredns
            namespace: default
          spec:
            valuesContent: |
              nodelocal:
                enabled: true
        '';
      };
    };
  };
}
