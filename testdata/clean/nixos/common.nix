{ config, lib, pkgs, ... }:
let
  cfg = config.services.rke2;
in
{
  services.rke2 = lib.mkIf config.site.cluster.enable {
    enable = true;
    # cni = "canall";
    cni = "cilium";
    tokenFile = config.sops.secrets.token.path;
    extraFlags = lib.optionals (cfg.role == "server") [ "--tls-san=${config.site.domain}" ];
    manifests.rke2-cilium-config.content = {
      apiVersion = "helm.cattle.io/v1";
      kind = "HelmChartConfig";
      metadata = { name = "rke2-cilium"; namespace = "kube-system"; };
      spec.valuesContent = builtins.toJSON (lib.recursiveUpdate { hubble.enabled = true; } config.site.cilium);
    };
  };
}
