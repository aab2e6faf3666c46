module odoo-saas.dev/toolchain/toxiproxy

go 1.25.0

tool github.com/Shopify/toxiproxy/v2/cmd/server

require github.com/Shopify/toxiproxy/v2 v2.12.0
