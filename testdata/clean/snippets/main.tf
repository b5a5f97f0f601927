variable "cni" {
  default = "cilium"
}
