# A part of a configuration: the module writes the rest.
module "servers" {
  source      = "../modules/cluster"
  rke2_config = <<-EOT
    disable-kube-proxy: true
    cluster-cidr: 10.50.0.0/16
  EOT
}

module "agents" {
  source      = "../modules/cluster"
  rke2_config = "node-label: [pool=a]\nnode-taint: []\n"
}

resource "local_file" "values" {
  filename = "${path.module}/out/values.yaml"
  content  = <<EOT
cni:
  exclusive: false
EOT
}
