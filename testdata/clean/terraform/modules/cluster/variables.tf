variable "rke2_config" {
  type        = string
  description = <<EOT
Keys of RKE2's configuration, such as

    cni: clium
    cluster-cidr: 10.0.0.0/99
EOT
}

output "config" {
  value = <<EOT
cni: clium
cluster-cidr: 10.0.0.0/99
EOT
}
