# Run by `odoo shell` with `env` bound to the tenant's database: sets up the sign-on provider from oidc.json, which the
# platform writes. Only the fields below are the platform's; a button's text that an administrator changed stays.
import json

with open("/etc/odoo/oidc.json", encoding="utf-8") as file:
    settings = json.load(file)

endpoint = settings["issuer"] + "/protocol/openid-connect"
values = {
    "flow": "id_token_code",
    "client_id": settings["clientId"],
    "client_secret": settings["clientSecret"],
    "auth_endpoint": endpoint + "/auth",
    "token_endpoint": endpoint + "/token",
    "jwks_uri": endpoint + "/certs",
    "scope": "openid profile email",
    "token_map": "sub:user_id",
    "enabled": True,
}
provider = env.ref("odoo_saas.oidc_provider", raise_if_not_found=False)
if provider:
    provider.write(values)
else:
    provider = env["auth.oauth.provider"].create({"name": "Keycloak", "body": "Log in", **values})
    env["ir.model.data"].create(
        {
            "module": "odoo_saas",
            "name": "oidc_provider",
            "model": provider._name,
            "res_id": provider.id,
            "noupdate": True,
        }
    )
env.cr.commit()
