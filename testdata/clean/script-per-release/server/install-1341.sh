curl -sfL https://get.rke2.io | INSTALL_RKE2_VERSION=v1.34.1+rke2r1 sh -
