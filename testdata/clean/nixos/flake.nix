{
  outputs = { self, nixpkgs, ... }: {
    nixosConfigurations = {
      one = nixpkgs.lib.nixosSystem {
        modules = [
          ./common.nix
          {
            services.rke2 = { role = "server"; nodeIP = "10.0.0.1"; };
            services.rke2.extraFlags = [ "--disable" "rke2-ingress-nginx" ];
          }
        ];
      };
      two = nixpkgs.lib.nixosSystem {
        modules = [
          ./common.nix
          ({ ... }: {
            services.rke2.role = "agent";
            services.rke2.serverAddr = "https://10.0.0.1:9345";
            environment.etc."rancher/rke2/config.yaml.d/10-labels.yaml".text = ''
              node-label:
                - ''${SITE}=one
                - rack=${toString 7}
            '';
          })
        ];
      };
    };
  };
}
