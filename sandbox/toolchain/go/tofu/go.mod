module odoo-saas.dev/toolchain/tofu

go 1.25.0

tool github.com/opentofu/opentofu/cmd/tofu

require github.com/opentofu/opentofu v1.10.6
replace github.com/hashicorp/hcl/v2 => github.com/opentofu/hcl/v2 v2.20.2-0.20250121132637-504036cd70e7
