resource "rancher2_cluster_v2" "half" {
  rke_config {
    machine_global_config = <<EOF
cni: nothing-of-it-is-read
EOF
  }
  name = = "half"
}

resource "rancher2_cluster_v2" "whole" {
  kubernetes_version = "v1.30.1+rke2r1"
  rke_config {
    machine_global_config = <<EOF
cni: calico
disable-kube-prox: true
EOF
  }
}
