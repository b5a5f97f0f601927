site        = "north"
rke2_config = <<EOT
write-kubeconfig-mode: "0644"
service-node-port-rang: 30000-32767
EOT
