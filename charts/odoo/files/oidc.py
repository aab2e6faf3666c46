# Run by `odoo shell` with `env` bound to the tenant's database: sets up single sign-on from oidc.json, which the platform
# writes. The provider's addresses and credentials are the platform's at each run. What people may change is set by the
# first run alone: the button's text, the other providers, the first administrator.
import json

from odoo.tools import escape_psql

with open("/etc/odoo/oidc.json", encoding="utf-8") as file:
    settings = json.load(file)


def remember(name, record):
    """Gives the record an external id, by which the next run finds it."""
    env["ir.model.data"].create(
        {"module": "odoo_saas", "name": name, "model": record._name, "res_id": record.id, "noupdate": True}
    )


endpoint = settings["issuer"] + "/protocol/openid-connect"
text = "Log in with " + settings["displayName"]
values = {
    "flow": "id_token_code",
    "client_id": settings["clientId"],
    "client_secret": settings["clientSecret"],
    "auth_endpoint": endpoint + "/auth",
    "token_endpoint": endpoint + "/token",
    "jwks_uri": endpoint + "/certs",
    "end_session_endpoint": endpoint + "/logout",
    "scope": "openid profile email",
    "token_map": "sub:user_id",
    "enabled": True,
}
parameters = env["ir.config_parameter"]
provider = env.ref("odoo_saas.oidc_provider", raise_if_not_found=False)
if provider:
    # The company's new name, unless an administrator has another text.
    if provider.body in ("Log in", parameters.get_param("odoo_saas.sign_on_button")):
        values["body"] = text
    provider.write(values)
else:
    provider = env["auth.oauth.provider"].create({"name": "Keycloak", "body": text, **values})
    remember("oidc_provider", provider)
    # Odoo's own data enables "Log in with Odoo.com". What the tenant enables later is its decision.
    env["auth.oauth.provider"].search([("enabled", "=", True), ("id", "!=", provider.id)]).write({"enabled": False})
parameters.set_param("odoo_saas.sign_on_button", text)

# The tenant's owner, until people change it: later runs make nobody and give nothing back.
if not env["ir.model.data"].search([("module", "=", "odoo_saas"), ("name", "=", "first_administrator")]):
    email = settings["administrator"].lower()
    users = env["res.users"].with_context(active_test=False, no_reset_password=True)
    administrator = users.search([("login", "=ilike", escape_psql(email))], limit=1)
    if not administrator:
        groups = env.ref("base.group_user") | env.ref("base.group_system")
        # No password: the realm vouches for the address (addons/odoo_saas_sso).
        administrator = users.create(
            {"name": email, "login": email, "email": email, "groups_id": [(6, 0, groups.ids)]}
        )
    remember("first_administrator", administrator)
env.cr.commit()
