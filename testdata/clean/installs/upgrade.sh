curl -sfL https://get.rke2.io | INSTALL_RKE2_VERSION=v1.34.2+rke2r1 INSTALL_RKE2_TYPE=agent sh -s -
