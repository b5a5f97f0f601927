{ config, ... }:
{
  services.rke2.enable = true;
  services.rke2.role = "agent";
  services.rke2.serverAddr = "https://rke2.example.org:6443";
  services.rke2.tokenFile = config.sops.secrets.token.path;

  environment.etc."rancher/rke2/config.yaml".text = ''
    # As the module's options are flags.
    node-ip: ''${NODE_IP}
    kubelet-args:
      - max-pods=${toString 250}
  '';
}
