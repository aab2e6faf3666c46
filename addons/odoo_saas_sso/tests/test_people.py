from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessDenied
from odoo.tests import TransactionCase, tagged

from odoo.addons.auth_oauth.models.res_users import ResUsers as AuthOauthUsers

from ..models.res_users import SignInRefused
from .common import add_passkey, add_realm, add_user, claims

USER, ADMIN = "odoo-user", "odoo-admin"


@tagged("post_install", "-at_install")
class TestPeople(TransactionCase):
    def setUp(self):
        super().setUp()
        self.realm = add_realm(self.env)
        # Sign-up by invitation only, as the platform sets it: single sign-on must not need it.
        self.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2b")

    def sign_in(self, sub, *roles, **changes):
        return self.env["res.users"]._odoo_saas_sign_in(self.realm, claims(sub, *roles, **changes))

    def refused(self, reason, sub, *roles, **changes):
        """Not by assertRaises: Odoo's own takes back what was written, and what a refusal writes must stay."""
        try:
            user = self.sign_in(sub, *roles, **changes)
        except SignInRefused as refusal:
            self.assertEqual(refusal.reason, reason)
        else:
            self.fail(f"{sub} is let in as {user.login}, expected a refusal: {reason}")

    def accepts(self, user, password, interactive=True):
        credential = {"type": "password", "login": user.login, "password": password}
        try:
            return bool(user.with_user(user)._check_credentials(credential, {"interactive": interactive}))
        except AccessDenied:
            return False

    def count(self):
        return self.env["res.users"].with_context(active_test=False).search_count([])

    def groups(self, user):
        return set(user.groups_id.get_external_id().values())

    # Six kinds of people, and who else may come.

    def test_no_role(self):
        before = self.count()
        self.refused("no_role", "nobody")
        self.refused("no_role", "nobody", "uma_authorization", "admin")
        self.refused("no_role", "nobody", roles="odoo-user-not")
        self.refused("no_role", "nobody", roles=None)
        self.assertEqual(self.count(), before)

    def test_user(self):
        user = self.sign_in("anna", USER)
        self.assertEqual((user.login, user.name, user.oauth_uid), ("anna@acme.example", "anna of Acme", "anna"))
        self.assertTrue(user._is_internal())
        self.assertNotIn("base.group_erp_manager", self.groups(user))
        # Nothing but what each internal user has.
        ordinary = self.env.ref("base.group_user")
        self.assertLessEqual(user.groups_id, ordinary | ordinary.trans_implied_ids | self._optional(user))
        self.assertEqual(self.sign_in("anna", USER), user)

    def _optional(self, user):
        """Groups that Odoo gives by settings of the database, such as the kind of notification."""
        return user.groups_id.filtered(lambda group: group.category_id == self.env.ref("base.module_category_hidden"))

    def test_user_has_not_the_template_users_rights(self):
        template = self.env.ref("base.default_user")
        template.write({"groups_id": [Command.link(self.env.ref("base.group_partner_manager").id)]})
        self.assertNotIn("base.group_partner_manager", self.groups(self.sign_in("anna", USER)))

    def test_admin(self):
        for roles in ((ADMIN,), (USER, ADMIN)):
            user = self.sign_in(f"boss{len(roles)}", *roles)
            self.assertTrue(user._is_internal())
            self.assertIn("base.group_system", self.groups(user))

    def test_made_in_odoo_before(self):
        user = add_user(self.env, "Cara_x@Acme.example")
        other = add_user(self.env, "carayx@acme.example")
        self.env.cr.execute("UPDATE res_users SET login = 'Cara_x@Acme.example' WHERE id = %s", [user.id])
        user.invalidate_recordset()
        self.assertTrue(self.accepts(user, "Cara_x@Acme.example at home"))
        self.assertEqual(self.sign_in("cara_x", USER), user)
        self.assertEqual((user.oauth_uid, user.oauth_provider_id), ("cara_x", self.realm))
        self.assertEqual(user.login, "cara_x@acme.example")
        self.assertFalse(other.oauth_uid, "an underscore stands for itself")

    def test_made_in_odoo_before_keeps_other_rights(self):
        manager = self.env.ref("base.group_partner_manager")
        user = add_user(self.env, "cara@acme.example", "base.group_user", "base.group_partner_manager")
        self.sign_in("cara", USER)
        self.assertIn(manager, user.groups_id)
        self.assertEqual(user.name, "cara of Acme")
        user.name = "Cara"
        self.sign_in("cara", USER)
        self.assertEqual(user.name, "Cara")

    def test_unverified_address(self):
        user = add_user(self.env, "dora@acme.example")
        before = self.count()
        for unproved in (False, None, "true", 1):
            self.refused("unverified", "dora", ADMIN, email_verified=unproved)
        self.refused("unverified", "dora", ADMIN, email=None)
        self.refused("unverified", "emil", ADMIN, email_verified=False)
        self.assertFalse(user.oauth_uid)
        self.assertEqual(self.count(), before)

    def test_known_person_with_another_address(self):
        user = self.sign_in("anna", USER)
        victim = add_user(self.env, "boss@acme.example")
        self.assertEqual(self.sign_in("anna", USER, email="boss@acme.example", email_verified=False), user)
        self.assertEqual((user.login, victim.oauth_uid), ("anna@acme.example", False))

    def test_group_taken_away(self):
        user = self.sign_in("gone", USER, ADMIN)
        user.password = "somebody set one"
        key = self.env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "script", None)
        token = user._compute_session_token("session")
        self.assertEqual(self.env["res.users.apikeys"]._check_credentials(scope="rpc", key=key), user.id)
        self.refused("no_role", "gone")
        self.assertNotEqual(user._compute_session_token("session"), token)
        self.assertFalse(self.env["res.users.apikeys"]._check_credentials(scope="rpc", key=key))
        self.env.cr.execute("SELECT password FROM res_users WHERE id = %s", [user.id])
        self.assertEqual(self.env.cr.fetchone(), (None,))
        self.assertNotIn("base.group_erp_manager", self.groups(user))
        self.assertTrue(user.active, "the account and its history stay")
        self.assertEqual(self.sign_in("gone", USER), user)

    def test_admin_group_taken_away(self):
        manager = self.env.ref("base.group_partner_manager")
        user = self.sign_in("boss", ADMIN)
        user.write({"groups_id": [Command.link(manager.id)]})
        self.sign_in("boss", USER)
        for power in ("base.group_system", "base.group_erp_manager", "base.group_sanitize_override"):
            self.assertNotIn(power, self.groups(user))
        self.assertTrue(user._is_internal())
        self.assertIn(manager, user.groups_id)

    def test_admin_rights_by_another_group(self):
        settings = self.env.ref("base.group_system")
        detour = self.env["res.groups"].create({"name": "Detour", "implied_ids": [Command.link(settings.id)]})
        user = self.sign_in("boss", USER)
        user.write({"groups_id": [Command.link(detour.id)]})
        self.assertIn(settings, user.groups_id)
        self.sign_in("boss", USER)
        self.assertFalse(user.groups_id & (settings | detour | self.env.ref("base.group_erp_manager")))

    def test_admin_rights_by_a_role(self):
        if "res.users.role" not in self.env:
            self.skipTest("base_user_role is not installed")
        settings = self.env.ref("base.group_system")
        role = self.env["res.users.role"].create(
            {"name": "Boss", "implied_ids": [Command.set((settings | self.env.ref("base.group_user")).ids)]}
        )
        user = self.sign_in("boss", USER)
        user.write({"role_line_ids": [Command.create({"role_id": role.id})]})
        self.refused("settings", "boss", USER)
        self.assertEqual(self.sign_in("boss", ADMIN), user)

    def test_archived(self):
        user = self.sign_in("gone", USER)
        user.active = False
        self.refused("archived", "gone", USER)
        before = add_user(self.env, "old@acme.example", active=False)
        self.refused("archived", "old", USER)
        self.assertFalse(before.oauth_uid)

    def test_portal_user(self):
        user = add_user(self.env, "customer@acme.example", "base.group_portal")
        self.refused("portal", "customer", USER)
        self.refused("portal", "customer", ADMIN)
        self.assertFalse(user.oauth_uid)
        linked = self.sign_in("anna", USER)
        linked.write({"groups_id": [Command.set(self.env.ref("base.group_portal").ids)]})
        self.refused("portal", "anna", ADMIN)
        self.assertFalse(linked._is_internal())

    def test_address_of_another_linked_person(self):
        user = self.sign_in("anna", USER)
        self.refused("taken", "impostor", ADMIN, email="Anna@acme.example")
        self.assertEqual(user.oauth_uid, "anna")
        google = self.env["auth.oauth.provider"].create(
            {"name": "Other", "body": "Other", "auth_endpoint": "https://other.example", "validation_endpoint": "https://o.example"}
        )
        elsewhere = add_user(self.env, "else@acme.example", oauth_provider_id=google.id, oauth_uid="1")
        self.refused("taken", "else", ADMIN)
        self.assertEqual(elsewhere.oauth_uid, "1")

    def test_address_of_several_accounts(self):
        add_user(self.env, "twin@acme.example")
        second = add_user(self.env, "twin2@acme.example")
        self.env.cr.execute("UPDATE res_users SET login = 'TWIN@acme.example' WHERE id = %s", [second.id])
        second.invalidate_recordset()
        self.refused("ambiguous", "twin", USER)

    def test_own_address_is_no_login(self):
        """A user may change their own address, and must not get the log-in of somebody whose address they wrote there."""
        thief = add_user(self.env, "thief@acme.example")
        thief.with_user(thief).write({"email": "boss@acme.example"})
        boss = self.sign_in("boss", ADMIN)
        self.assertNotEqual(boss, thief)
        self.assertNotIn("base.group_system", self.groups(thief))

    # Passwords, keys and sessions.

    def test_password_does_not_open_a_linked_account(self):
        user = add_user(self.env, "cara@acme.example")
        token = user._compute_session_token("session")
        self.sign_in("cara", USER)
        self.assertNotEqual(user._compute_session_token("session"), token, "sessions by the old password end")
        user.password = "an administrator set one"
        for password in ("cara@acme.example at home", "an administrator set one"):
            for interactive in (True, False):
                self.assertFalse(self.accepts(user, password, interactive))

    def test_no_other_kind_opens_a_linked_account(self):
        user = self.sign_in("anna", USER)
        other = add_user(self.env, "other@example.com")
        opened = {"uid": user.id, "auth_method": "passkey", "mfa": "skip"}
        # As a module does that knows the kind, such as auth_passkey with a key that fits.
        with patch.object(AuthOauthUsers, "_check_credentials", lambda *_: opened):
            for credential in ({"type": "passkey"}, {"type": "sms", "code": "1"}):
                self.assertEqual(other.with_user(other)._check_credentials(credential, {"interactive": True}), opened)
                with self.assertRaises(AccessDenied):
                    user.with_user(user)._check_credentials(credential, {"interactive": True})
            token = {"type": "oauth_token", "token": "1"}
            self.assertEqual(user.with_user(user)._check_credentials(token, {"interactive": True}), opened)

    def test_passkeys_end_when_an_account_is_linked_and_when_it_is_shut_out(self):
        if "auth.passkey.key" not in self.env:
            self.skipTest("auth_passkey is not installed")
        keys = self.env["auth.passkey.key"].sudo()
        user = add_user(self.env, "anna@acme.example")
        add_passkey(user)
        self.assertEqual(self.sign_in("anna", USER), user)
        self.assertFalse(keys.search([("create_uid", "=", user.id)]))
        add_passkey(user)
        self.refused("no_role", "anna")
        self.assertFalse(keys.search([("create_uid", "=", user.id)]))

    def test_password_opens_other_accounts(self):
        user = add_user(self.env, "external@elsewhere.example")
        self.assertTrue(self.accepts(user, "external@elsewhere.example at home"))
        self.assertTrue(self.accepts(user, "external@elsewhere.example at home", interactive=False))

    def test_api_key_opens_a_linked_account(self):
        user = self.sign_in("anna", USER)
        key = self.env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "script", None)
        self.assertTrue(self.accepts(user, key, interactive=False))
        self.assertFalse(self.accepts(user, key, interactive=True))

    def test_second_log_in_keeps_the_first_session(self):
        user = self.sign_in("anna", USER)
        user.oauth_access_token = "of the computer"
        token = user._compute_session_token("session")
        user.oauth_access_token = "of the telephone"
        self.env.registry.clear_cache()
        self.assertEqual(user._compute_session_token("session"), token)
