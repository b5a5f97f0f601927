locals {
  cilium = {
    kubeProxyReplacement = true
    k8sServiceHost       = "127.0.0.1"
    k8sServicePort       = 6443
  }
  manifests = [file("${path.module}/one.yaml"), var.two]
}

# Who answers for the Services is in a value that only the caller knows.
resource "rancher2_cluster_v2" "merged" {
  name               = var.name
  kubernetes_version = "v1.34.2+rke2r1"
  rke_config {
    machine_global_config = yamlencode(merge({
      cni                  = "cilium"
      "disable-kube-proxy" = true
      "cluster-cidr"       = "10.42.0.0/16"
    }, var.dual_stack ? { "cluster-cidr" = "10.42.0.0/16,fd00::/56" } : {}, var.more))
    chart_values = yamlencode(merge({ "rke2-cilium" = {} }, var.charts))
  }
}

resource "rancher2_cluster_v2" "locals" {
  kubernetes_version = "v1.34.2+rke2r1"
  rke_config {
    machine_global_config = <<-EOF
      cni: cilium
      disable-kube-proxy: true
    EOF
    chart_values = yamlencode({ rke2-cilium = local.cilium })
  }
}

# The values stand in a loop, which isn't read.
resource "rancher2_cluster_v2" "loop" {
  kubernetes_version = "v1.34.2+rke2r1"
  rke_config {
    machine_global_config = yamlencode({ cni = "cilium", "disable-kube-proxy" = true })
    chart_values = <<-EOF
      rke2-cilium:
        %{ if var.replace }
        kubeProxyReplacement: true
        %{ endif }
    EOF
  }
}

# Whatever brings the plugin is in a file that isn't seen.
resource "rancher2_cluster_v2" "unseen" {
  kubernetes_version = "v1.34.2+rke2r1"
  rke_config {
    machine_global_config = yamlencode({ cni = "cilium", "disable-kube-proxy" = true })
    chart_values          = templatefile("${path.module}/values.tftpl", { a = 1 })
    additional_manifest   = join("\n---\n", local.manifests)
  }
}

# K3s has another `disable`, and other plugins.
resource "rancher2_cluster_v2" "k3s" {
  kubernetes_version = "v1.34.2+k3s1"
  rke_config {
    machine_global_config = <<EOF
cni: flanel
flannel-backend: none
EOF
  }
}

# Only some machines get it, and nobody knows which.
resource "rancher2_cluster_v2" "selected" {
  kubernetes_version = "v1.34.2+rke2r1"
  rke_config {
    machine_global_config = yamlencode({ cni = "canal" })
    dynamic "machine_selector_config" {
      for_each = var.pools
      content {
        config = yamlencode({ "node-label" = ["pool=${machine_selector_config.value}"] })
      }
    }
  }
}
