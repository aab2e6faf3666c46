from odoo import _, http
from odoo.addons.auth_oauth.controllers.main import OAuthController
from odoo.addons.auth_oidc.controllers.main import OpenIDLogin
from odoo.addons.web.controllers.session import Session
from odoo.http import request
from werkzeug.urls import url_decode

from ..models.auth_oauth_provider import MAX_NONCES, NONCES_KEY
from ..models.res_users import REFUSED_KEY


def _realm():
    return request.env["auth.oauth.provider"].sudo()._odoo_saas_realm()


def _refusal(reason):
    """What the log-in page says to somebody who was refused, and what they can do."""
    return {
        "ambiguous": _("Several accounts of this Odoo have your address as their login: ask an administrator to keep one."),
        "archived": _("Your account in this Odoo is archived: ask an administrator to restore it."),
        "no_role": _("You may not use this Odoo: ask an administrator to add you to the group odoo-users."),
        "portal": _("Your account in this Odoo is a customer's: ask an administrator to make you an internal user."),
        "settings": _("A role in this Odoo gives you rights to change settings, and you are not in the group odoo-admins."),
        "stale": _("This log-in was begun in another browser or too long ago: please log in again."),
        "taken": _("Your address is the login of another person's account in this Odoo: ask an administrator."),
        "unverified": _("Your mail address is not verified: verify it, or ask an administrator to."),
    }.get(reason)


class SsoLogin(OpenIDLogin):
    def list_providers(self):
        """Remembers the nonces that this browser's log-in pages have, for `_auth_oauth_signin` to compare."""
        providers = super().list_providers()
        realm = _realm()
        for provider in providers:
            if realm and provider["id"] == realm.id:
                nonce = url_decode(provider["auth_link"].split("?", 1)[-1]).get("nonce")
                known = request.session.get(NONCES_KEY) or []
                request.session[NONCES_KEY] = [*known, nonce][-MAX_NONCES:]
        return providers

    @http.route()
    def web_login(self, *args, **kw):
        response = super().web_login(*args, **kw)
        if response.is_qweb:
            error = _refusal(request.session.pop(REFUSED_KEY, None))
            if error:
                response.qcontext["error"] = error
        return response


class SsoController(OAuthController):
    @http.route()
    def signin(self, **kw):
        response = super().signin(**kw)
        reason = request.session.get(REFUSED_KEY)
        if reason is None or reason == "stale":
            return response
        # Without the realm's session, so that the next attempt can be another person's.
        url = _realm()._odoo_saas_logout_url()
        request.session.logout(keep_db=True)
        request.session[REFUSED_KEY] = reason
        return request.redirect(url, 303, local=False) if url else response


class SsoSession(Session):
    @http.route()
    def logout(self, redirect="/odoo"):
        """Ends the realm's session too: else the next person at this computer is one click away from the account."""
        url = _realm()._odoo_saas_logout_url() if request.db else None
        response = super().logout(redirect=redirect)
        return request.redirect(url, 303, local=False) if url else response
