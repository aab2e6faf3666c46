module odoo-saas.dev/toolchain/kubeconform

go 1.25.0

tool github.com/yannh/kubeconform/cmd/kubeconform

require github.com/yannh/kubeconform v0.7.0
