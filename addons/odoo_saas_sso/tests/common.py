from odoo import Command


def add_realm(env):
    """The provider as charts/odoo/files/oidc.py makes it."""
    base = "https://login.example.com/realms/acme/protocol/openid-connect"
    realm = env["auth.oauth.provider"].create(
        {
            "name": "Keycloak",
            "body": "Log in with Acme",
            "flow": "id_token_code",
            "client_id": "odoo",
            "client_secret": "not-secret",
            "auth_endpoint": f"{base}/auth",
            "token_endpoint": f"{base}/token",
            "jwks_uri": f"{base}/certs",
            "end_session_endpoint": f"{base}/logout",
            "scope": "openid profile email",
            "token_map": "sub:user_id",
            "enabled": True,
        }
    )
    data = env["ir.model.data"].search([("module", "=", "odoo_saas"), ("name", "=", "oidc_provider")])
    data.unlink()
    env["ir.model.data"].create(
        {
            "module": "odoo_saas",
            "name": "oidc_provider",
            "model": realm._name,
            "res_id": realm.id,
            "noupdate": True,
        }
    )
    return realm


def add_user(env, login, *groups, **values):
    """Somebody who was made in Odoo, with a password."""
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": login,
                "login": login,
                "email": login,
                "password": f"{login} at home",
                "groups_id": [Command.set([env.ref(group).id for group in groups or ("base.group_user",)])],
                **values,
            }
        )
    )


def add_passkey(user):
    """A passkey as somebody has registered it."""
    return user.env["auth.passkey.key"].with_user(user).sudo().create({"name": "Key", "credential_identifier": user.login})


def claims(sub, *roles, **changes):
    """What the realm's ID token says of somebody, as auth_oidc hands it on."""
    return {
        "user_id": sub,
        "sub": sub,
        "preferred_username": sub,
        "email": f"{sub}@acme.example",
        "email_verified": True,
        "name": f"{sub} of Acme",
        "roles": list(roles),
        **changes,
    }
