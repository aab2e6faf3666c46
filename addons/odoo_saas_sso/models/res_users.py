import logging
import secrets
import time

from odoo import Command, api, fields, models
from odoo.exceptions import AccessDenied
from odoo.http import request
from odoo.tools import escape_psql

from .auth_oauth_provider import NONCES_KEY, SESSION_KEY

_logger = logging.getLogger(__name__)

# Roles of the realm's client, each given by the group of the same name in the plural.
USER, ADMIN = "odoo-user", "odoo-admin"

# Longest session, in seconds: a working day, as the realm's own.
SESSION_SECONDS = 10 * 3600

# Key of the reason why the last log-in was refused, for the log-in page.
REFUSED_KEY = "odoo_saas_sso_refused"


class SignInRefused(AccessDenied):
    """The realm vouches for the person, and this Odoo does not let them in."""

    def __init__(self, reason):
        super().__init__(f"single sign-on refused: {reason}")
        self.reason = reason


class ResUsers(models.Model):
    _inherit = "res.users"

    odoo_saas_session_key = fields.Char(
        copy=False,
        readonly=True,
        groups=fields.NO_ACCESS,
        help="Part of what a session is checked against: another value ends every session of the person.",
    )

    # ------------------------------------------------------------------
    # Log-in through the realm
    # ------------------------------------------------------------------

    def _auth_oauth_get_tokens_auth_code_flow(self, oauth_provider, params):
        access_token, id_token = super()._auth_oauth_get_tokens_auth_code_flow(oauth_provider, params)
        # For the log-out at the realm: auth_oidc passes on only what the token says.
        params["id_token"] = id_token
        return access_token, id_token

    @api.model
    def _auth_oauth_signin(self, provider, validation, params):
        """
        People of the tenant's realm. `validation` is what the ID token says, whose signature, audience and expiry
        auth_oidc has verified; nothing of `params` that came through the browser is believed.
        """
        realm = self.env["auth.oauth.provider"]._odoo_saas_realm()
        if not realm or provider != realm.id:
            return super()._auth_oauth_signin(provider, validation, params)
        session = request.session
        try:
            # A log-in that another browser began must not end in this one.
            nonces = session.get(NONCES_KEY) or []
            if validation.get("nonce") not in nonces:
                raise SignInRefused("stale")
            session[NONCES_KEY] = [nonce for nonce in nonces if nonce != validation["nonce"]]
            session[SESSION_KEY] = {"id_token": params.get("id_token"), "ends": time.time() + SESSION_SECONDS}
            user = self.sudo()._odoo_saas_sign_in(realm, validation)
        except SignInRefused as refusal:
            _logger.warning("Single sign-on refused %s of realm %s: %s", validation.get("user_id"), realm.id, refusal.reason)
            session[REFUSED_KEY] = refusal.reason
            raise
        user.oauth_access_token = params["access_token"]
        return user.login

    @api.model
    def _odoo_saas_sign_in(self, realm, claims):
        """
        The user whom the realm's person is, made or linked at the first log-in, with the rights that the realm gives.

        Raises SignInRefused.
        """
        roles = set(claims.get("roles") or []) & {USER, ADMIN}
        uid = claims["user_id"]
        every = self.with_context(active_test=False)
        user = every.search([("oauth_provider_id", "=", realm.id), ("oauth_uid", "=", uid)])
        if not roles:
            user._odoo_saas_shut_out()
            raise SignInRefused("no_role")
        link = {"oauth_provider_id": realm.id, "oauth_uid": uid}
        if not user:
            email = self._odoo_saas_verified_email(claims)
            user = self._odoo_saas_find(email)
            if user:
                user._odoo_saas_check()
                # What a password or passkey that somebody else may have opened ends here.
                user._odoo_saas_end_access()
                name = {"name": claims["name"]} if claims.get("name") and user.name.lower() == user.login.lower() else {}
                user.write({**link, **name, "login": email})
            else:
                user = self._odoo_saas_create(email, claims, link)
        user._odoo_saas_check()
        user._odoo_saas_set_settings(ADMIN in roles)
        return user

    @api.model
    def _odoo_saas_verified_email(self, claims):
        """The person's address, lower-case. An address that nobody proved could be anybody's."""
        email = (claims.get("email") or "").strip().lower()
        if claims.get("email_verified") is not True or not email:
            raise SignInRefused("unverified")
        return email

    @api.model
    def _odoo_saas_find(self, email):
        """
        The account that was made in Odoo for this address, which is its login: a user may change their own address, and
        nobody their login.
        """
        users = self.with_context(active_test=False).search([("login", "=ilike", escape_psql(email))])
        if len(users) > 1:
            raise SignInRefused("ambiguous")
        if users.oauth_uid:
            raise SignInRefused("taken")
        return users

    def _odoo_saas_check(self):
        """Refuses accounts that somebody closed, and those of customers: neither is opened by a log-in."""
        if not self.active:
            raise SignInRefused("archived")
        if not self._is_internal():
            raise SignInRefused("portal")

    @api.model
    def _odoo_saas_create(self, email, claims, link):
        """
        An internal user with no rights of any application: those are given by people, in Odoo. The default user's groups
        would be a manager's of each application. Not by sign-up, which is by invitation only.
        """
        partner = self.env.company.partner_id
        return self.with_context(no_reset_password=True).create(
            {
                "name": claims.get("name") or email,
                "login": email,
                "email": email,
                "lang": partner.lang or self.env.lang,
                "tz": partner.tz or False,
                "groups_id": [Command.set(self.env.ref("base.group_user").ids)],
                **link,
            }
        )

    def _odoo_saas_set_settings(self, wanted):
        """Gives or takes the rights to change settings and other people's rights, with all that would give them back."""
        self.ensure_one()
        settings = self.env.ref("base.group_system")
        if wanted:
            if settings not in self.groups_id:
                self.write({"groups_id": [Command.link(settings.id)]})
                if settings not in self.groups_id:
                    _logger.warning("User %s has no settings rights: their roles in Odoo replace their groups", self.id)
            return
        powers = settings | self.env.ref("base.group_erp_manager")
        if self._odoo_saas_powerful(powers):
            ordinary = self.env.ref("base.group_user")
            follow = settings.trans_implied_ids - ordinary - ordinary.trans_implied_ids
            gone = self._odoo_saas_powerful(powers) | (self.groups_id & follow)
            self.write({"groups_id": [Command.unlink(group.id) for group in gone]})
        if self._odoo_saas_powerful(powers):
            # A role of base_user_role gives them back at once.
            raise SignInRefused("settings")

    def _odoo_saas_powerful(self, powers):
        """The person's groups that are among `powers` or bring one of them along."""
        return self.groups_id.filtered(lambda group: (group | group.trans_implied_ids) & powers)

    # ------------------------------------------------------------------
    # Other ways in
    # ------------------------------------------------------------------

    def _odoo_saas_end_access(self):
        """Ends every session, and takes away the password, API keys, passkeys and trusted browsers."""
        for user in self:
            self.env.cr.execute("UPDATE res_users SET password = NULL WHERE id = %s", [user.id])
            self.env["res.users.apikeys"].search([("user_id", "=", user.id)]).unlink()
            if "auth_totp.device" in self.env:
                self.env["auth_totp.device"].search([("user_id", "=", user.id)]).unlink()
            if "auth.passkey.key" in self.env:
                self.env["auth.passkey.key"].sudo().search([("create_uid", "=", user.id)]).unlink()
            # Writing it also empties the caches of sessions.
            user.write({"odoo_saas_session_key": secrets.token_urlsafe(16), "oauth_access_token": False})

    def _odoo_saas_shut_out(self):
        """What is left of somebody whom the realm no longer lets in: the account and its history, and no way in."""
        for user in self:
            user._odoo_saas_end_access()
            powers = self.env.ref("base.group_system") | self.env.ref("base.group_erp_manager")
            gone = user._odoo_saas_powerful(powers)
            if gone and user._is_internal():
                user.write({"groups_id": [Command.unlink(group.id) for group in gone]})

    def _odoo_saas_is_linked(self):
        realm = self.env["auth.oauth.provider"]._odoo_saas_realm()
        user = self.sudo()
        return bool(realm and user.oauth_uid and user.oauth_provider_id == realm)

    def _check_credentials(self, credential, env):
        """
        Whoever the realm lets in comes by the realm alone, and by API keys: its lock-out and second factor would not hold for a
        password or a passkey of Odoo's, nor for any other kind that a module brings.
        """
        if credential.get("type") != "oauth_token" and (env or {}).get("interactive", True):
            if self.env.user._odoo_saas_is_linked():
                raise AccessDenied()
        return super()._check_credentials(credential, env)

    def _rpc_api_keys_only(self):
        return self._odoo_saas_is_linked() or super()._rpc_api_keys_only()

    def _get_session_token_fields(self):
        """
        auth_oauth has the access token among them, so that a log-in with the telephone would end the session on the
        computer.
        """
        return (super()._get_session_token_fields() - {"oauth_access_token"}) | {"odoo_saas_session_key"}
