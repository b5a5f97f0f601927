# Two clusters of Rancher's, which have nothing to do with one another.

locals {
  canal = yamlencode({
    cni            = ["canal", "multus"]
    "cluster-cidr" = join(",", ["10.42.0.0/16", "fd00:42::/56"])
    "service-cidr" = "10.43.0.0/16"
  })
}

resource "rancher2_cluster_v2" "edge" {
  name               = "edge-${var.site}"
  kubernetes_version = "v1.31.4+rke2r1"

  rke_config {
    machine_global_config = local.canal

    machine_selector_config {
      config = {
        cloud-provider-name = ""
      }
    }

    # Rancher writes this beside the manifests of the charts.
    additional_manifest = <<-EOT
      apiVersion: helm.cattle.io/v1
      kind: HelmChartConfig
      metadata:
        name: rke2-canal
        namespace: kube-system
      spec:
        valuesContent: |-
          flannel:
            ifaces: "$${IFACE}"
    EOT
  }
}

resource "rancher2_cluster_v2" "core" {
  name               = "core"
  kubernetes_version = var.kubernetes_version

  rke_config {
    machine_global_config = <<-EOF
      # é: a place behind it counts characters
      cni: cilium
      cluster-cidr: 10.0.0.0/9
      service-cidr: 10.96.0.0/12
      node-label: ["site=${var.site}"]
    EOF

    chart_values = yamlencode({
      "rke2-cilium" = merge({
        kube-proxy-replacement = true
        hubble                 = { enabled = "yes" }
      }, var.cilium_values)
    })
  }
}
