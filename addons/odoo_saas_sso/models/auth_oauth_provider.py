from odoo import api, models
from odoo.http import request
from werkzeug.urls import url_encode

# Key of an Odoo session that a log-in through the realm opened: the ID token, and when the session ends.
SESSION_KEY = "odoo_saas_sso"
# Key of the nonces that this browser's log-in pages sent to the realm.
NONCES_KEY = "odoo_saas_sso_nonces"
# Log-in pages that a browser may have open at once.
MAX_NONCES = 10


class AuthOauthProvider(models.Model):
    _inherit = "auth.oauth.provider"

    @api.model
    def _odoo_saas_realm(self):
        """The provider of the tenant's realm, which the platform writes; empty where it has not yet."""
        provider = self.env.ref("odoo_saas.oidc_provider", raise_if_not_found=False)
        return provider.sudo() if provider else self.browse()

    def _odoo_saas_logout_url(self):
        """Where a browser ends the realm's session that opened this Odoo session; None when no such log-in did."""
        id_token = (request.session.get(SESSION_KEY) or {}).get("id_token")
        if not self or not id_token or not self.end_session_endpoint:
            return None
        query = {
            "id_token_hint": id_token,
            "client_id": self.client_id,
            "post_logout_redirect_uri": request.httprequest.url_root + "web/login",
        }
        return f"{self.end_session_endpoint}?{url_encode(query)}"
