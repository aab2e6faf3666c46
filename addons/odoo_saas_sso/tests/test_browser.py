import json
import time
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from lxml import html
from odoo.addons.auth_oidc.models import res_users as auth_oidc
from odoo.http import root
from odoo.tests import HttpCase, tagged

from ..models.auth_oauth_provider import SESSION_KEY
from .common import add_realm, add_user, claims


@tagged("post_install", "-at_install")
class TestBrowser(HttpCase):
    def setUp(self):
        super().setUp()
        self.realm = add_realm(self.env)
        (self.env["auth.oauth.provider"].search([]) - self.realm).enabled = False

    def page(self):
        """The log-in page: its error, and what the realm's button asks for."""
        response = self.url_open("/web/login")
        tree = html.fromstring(response.text)
        error = " ".join("".join(tree.xpath("//p[@role='alert']//text()")).split())
        links = tree.xpath("//div[hasclass('o_auth_oauth_providers')]/a", extensions=HAS_CLASS)
        self.assertEqual([" ".join(link.text_content().split()) for link in links], ["Log in with Acme"])
        query = parse_qs(urlsplit(links[0].get("href")).query)
        return error, {key: value for key, [value] in query.items()}

    def come_back(self, state, said):
        """What the browser does when the realm sends it back with a code."""
        answer = {"access_token": "access", "id_token": "header.body.signature"}
        provider = type(self.env["auth.oauth.provider"])
        with patch.object(auth_oidc.requests, "post") as post, patch.object(provider, "_parse_id_token", lambda *_: dict(said)):
            post.return_value.json.return_value = answer
            return self.url_open(f"/auth_oauth/signin?{state}&code=code", allow_redirects=False)

    def log_in(self, said, **changes):
        _, query = self.page()
        state = f"state={query['state']}"
        return self.come_back(state, {**said, "nonce": query["nonce"], **changes})

    def stored(self):
        return root.session_store.get(self.opener.cookies["session_id"])

    def assertIsLogout(self, response):
        url = urlsplit(response.headers["Location"])
        self.assertEqual(f"{url.scheme}://{url.netloc}{url.path}", self.realm.end_session_endpoint)
        self.assertEqual(
            parse_qs(url.query),
            {
                "id_token_hint": ["header.body.signature"],
                "client_id": ["odoo"],
                "post_logout_redirect_uri": [f"{self.base_url()}/web/login"],
            },
        )

    def test_log_in_and_out(self):
        response = self.log_in(claims("anna", "odoo-user"))
        self.assertEqual(urlsplit(response.headers["Location"]).path.rstrip("/"), "/web")
        user = self.env["res.users"].search([("login", "=", "anna@acme.example")])
        self.assertEqual(self.stored().uid, user.id)
        self.assertIsLogout(self.url_open("/web/session/logout", allow_redirects=False))
        self.assertIsNone(self.stored().uid)
        self.assertNotIn(SESSION_KEY, self.stored())

    def test_password_log_out_stays_here(self):
        user = add_user(self.env, "external@elsewhere.example")
        self.authenticate(user.login, "external@elsewhere.example at home")
        response = self.url_open("/web/session/logout", allow_redirects=False)
        self.assertEqual(urlsplit(response.headers["Location"]).path, "/odoo")

    def test_refused_is_logged_out_of_the_realm_and_told_why(self):
        self.assertIsLogout(self.log_in(claims("nobody")))
        self.assertIsNone(self.stored().uid)
        error, _ = self.page()
        self.assertIn("group odoo-users", error)
        error, _ = self.page()
        self.assertEqual(error, "")

    def test_group_taken_away_ends_the_session(self):
        self.log_in(claims("anna", "odoo-user"))
        first = self.opener.cookies["session_id"]
        self.opener.cookies.clear()
        self.log_in(claims("anna"))
        self.opener.cookies.clear()
        self.opener.cookies.set("session_id", first)
        response = self.url_open("/odoo", allow_redirects=False)
        self.assertIn("/web/login", response.headers["Location"])

    def test_log_in_of_another_browser(self):
        _, query = self.page()
        self.opener.cookies.clear()
        response = self.come_back(f"state={query['state']}", claims("anna", "odoo-user", nonce=query["nonce"]))
        self.assertEqual(urlsplit(response.headers["Location"]).path, "/web/login")
        self.assertIsNone(self.stored().uid)
        self.assertFalse(self.env["res.users"].search([("login", "=", "anna@acme.example")]))
        error, _ = self.page()
        self.assertIn("another browser", error)

    def test_log_in_without_nonce(self):
        for nonce in (None, ""):
            self.log_in(claims("anna", "odoo-user"), nonce=nonce)
            self.assertIsNone(self.stored().uid)

    def test_working_day(self):
        self.log_in(claims("anna", "odoo-user"))
        check = {"url": "/web/session/check", "data": json.dumps({}), "headers": {"Content-Type": "application/json"}}
        self.assertNotIn("error", self.url_open(**check).json())
        with patch.object(time, "time", return_value=time.time() + 11 * 3600):
            self.assertIn("error", self.url_open(**check).json())
            self.assertIn("/web/login", self.url_open("/odoo", allow_redirects=False).headers["Location"])
        self.assertIsNone(self.stored().uid)


def _has_class(context, name):
    return name in (context.context_node.get("class") or "").split()


HAS_CLASS = {(None, "hasclass"): _has_class}
