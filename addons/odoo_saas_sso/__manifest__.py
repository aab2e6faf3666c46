{
    "name": "Odoo SaaS single sign-on",
    "version": "18.0.1.0.0",
    "summary": "People, rights and log-outs of this Odoo follow the tenant's realm",
    "author": "Odoo SaaS",
    "license": "LGPL-3",
    "category": "Hidden/Tools",
    "depends": ["auth_oidc"],
    "installable": True,
}
