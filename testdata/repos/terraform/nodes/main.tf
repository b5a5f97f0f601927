resource "aws_instance" "server" {
  ami       = var.ami
  user_data = <<-EOT
    #cloud-config
    ssh_authorized_keys:
    ${join("\n", [for key in var.keys : "  - ${key}"])}
    write_files:
      - path: /etc/rancher/rke2/config.yaml
        content: |
          cni: [canal, multus]
          cluster-cidr: 10.42.0.0/33
          node-name: $${HOSTNAME}
    runcmd:
      - curl -sfL https://get.rke2.io | INSTALL_RKE2_VERSION=v1.30.1+rke2r1 sh -
  EOT
}

resource "aws_instance" "agent" {
  user_data_base64 = base64encode("#cloud-config\n${yamlencode({
    write_files = [{
      path    = "/etc/rancher/rke2/config.yaml"
      content = yamlencode({
        server       = "https://10.0.0.1:6443"
        "node-label" = ["role=worker"]
      })
    }]
  })}")
}

resource "kubernetes_manifest" "canal" {
  manifest = {
    apiVersion = "helm.cattle.io/v1"
    kind       = "HelmChartConfig"
    metadata   = { name = "rke2-canal", namespace = "default" }
    spec = {
      valuesContent = yamlencode({ calico = { vethuMTU = var.mtu } })
    }
  }
}

resource "kubernetes_manifest" "coredns" {
  manifest = {
    apiVersion = "helm.cattle.io/v1"
    kind       = "HelmChartConfig"
    metadata   = { name = "rke2-coredns", namespace = "kube-system" }
    spec = {
      valuesContent = yamlencode({
        replicaCont = 3
        nodelocal   = { enabled = true }
      })
    }
  }
}

resource "kubectl_manifest" "storage" {
  yaml_body = <<-YAML
    apiVersion: k8s.cni.cncf.io/v1
    kind: NetworkAttachmentDefinition
    metadata:
      name: storage
    spec:
      config: |
        { "cniVersion": "0.3.1", "type": "macvlan", "master": eth1 }
  YAML
}
