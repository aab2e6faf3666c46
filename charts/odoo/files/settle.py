# Run by `odoo shell` after the modules, before pods may start on them: what Odoo leaves open or pointing at the wrong place
# in a new database is settled, from settings.json, which the platform writes. Runs with every release; each step says
# whether it keeps what people have changed.
import json
import secrets
from urllib.parse import urlsplit

with open("/etc/odoo/settings.json", encoding="utf-8") as file:
    settings = json.load(file)

# Nothing listens there: the connection is refused at once. Where egress is dropped, a call to a host outside would hold its
# worker until it times out.
REFUSES = "http://127.0.0.1:9"

# Addresses of services of odoo.com that modules call: the parameter that has it, and the modules that it is for.
IAP = {"iap", "partner_autocomplete", "sms", "snailmail"}
SERVICES = {
    "enrich.endpoint": {"crm_iap_enrich", "iap"},
    "iap.endpoint": IAP,
    "iap.partner_autocomplete.endpoint": {"partner_autocomplete"},
    "reveal.endpoint": {"crm_iap_mine", "website_crm_iap_reveal"},
    "sms.endpoint": {"sms"},
    "snailmail.endpoint": {"snailmail"},
    "web_editor.media_library_endpoint": {"html_editor", "web_editor"},
    "web_editor.olg_api_endpoint": {"html_editor", "web_editor"},
    "website.olg_api_endpoint": {"website"},
    "website.website_api_endpoint": {"website"},
}

# Users that Odoo makes, and passwords that its data give them.
KNOWN = ["admin", "demo", "portal"]

RIBBON = "ribbon.name"

parameters = env["ir.config_parameter"].sudo()


def close_known_passwords():
    """Replaces passwords that anybody knows, and only those."""
    made = env["res.users"].browse()
    for name in ("base.user_admin", "base.user_demo", "base.demo_user0"):
        made |= env.ref(name, raise_if_not_found=False) or made
    users = env["res.users"].with_context(active_test=False).search([("login", "in", KNOWN)]) | made
    crypt = users._crypt_context()
    env.flush_all()
    env.cr.execute("SELECT id, password FROM res_users WHERE id = ANY(%s) AND password <> ''", [users.ids])
    for user, hashed in env.cr.fetchall():
        if any(crypt.verify(known, hashed) for known in KNOWN):
            # Not by the ORM, which would tell the user by mail.
            users._set_encrypted_password(user, crypt.hash(secrets.token_urlsafe(30)))
            print(f"user {user}: password replaced")


def close_sign_up():
    """By invitation only, without a way to set a password: people come by single sign-on."""
    parameters.set_param("auth_signup.invitation_scope", "b2b")
    parameters.set_param("auth_signup.reset_password", "False")
    provider = env.ref("auth_oauth.provider_openerp", raise_if_not_found=False)
    if provider and provider.enabled:
        provider.enabled = False


def set_addresses():
    """Keeps one of the tenant's own hosts that an administrator has chosen."""
    parameters.set_param("report.url", settings["reportUrl"])
    chosen = urlsplit(parameters.get_param("web.base.url") or "")
    if chosen.scheme != "https" or chosen.netloc not in settings["hosts"]:
        parameters.set_param("web.base.url", settings["baseUrl"])
    # Else each log-in of an administrator writes the address that it came by.
    parameters.set_param("web.base.url.freeze", "True")


def stop_calls():
    """But for modules that the tenant's file opens a way out for. Keeps what an administrator has set."""
    open_for = set(settings["egress"])
    for name, modules in SERVICES.items():
        value = parameters.get_param(name)
        if open_for & modules and value == REFUSES:
            parameters.set_param(name, False)
        elif not open_for & modules and value is False:
            parameters.set_param(name, REFUSES)
    if "mail" in open_for:
        return
    # Fetches every address that is written in a message.
    if parameters.get_param("mail.link_preview_throttle") is False:
        parameters.set_param("mail.link_preview_throttle", "0")
    if "mail.push.device" in env:
        # Without the private key nothing is sent to the browsers' makers; with the public one browsers ask without an error.
        env["mail.push.device"].get_web_push_vapid_public_key()
        parameters.set_param("mail.web_push_vapid_private_key", False)


def set_ribbon():
    """Keeps a text that is not the module's own or another environment's."""
    texts = {name: f"{name.upper()}<br/>({{db_name}})" for name in ("test", "sandbox", "staging")}
    own = texts.get(settings["environment"], "False")
    if "web.environment.ribbon.backend" in env and parameters.get_param(RIBBON) in {False, "False", *texts.values()}:
        parameters.set_param(RIBBON, own)


def set_chart_of_accounts():
    """
    Once, when accounting is new in the database. Odoo loads the country's chart at the end of the run that installs
    accounting; a run that was cut off leaves none.
    """
    if "account.chart.template" not in env or parameters.get_param("odoo_saas.chart_of_accounts"):
        return
    company = env.ref("base.main_company")
    wanted = settings["company"]
    # Where company.py did not make the company, it is what people have made of it.
    ours = parameters.get_param("odoo_saas.company") == "set"
    code = wanted.get("chartOfAccounts") if ours else None
    templates = env["account.chart.template"]
    known = templates._get_chart_template_mapping()
    if code and code not in known:
        own = [name for name, chart in known.items() if chart["country_id"] == company.country_id.id]
        raise SystemExit(f"company.chartOfAccounts of the tenant's file is {code}, expected one of {', '.join(own or known)}")
    if not company._existing_accounting() and (not company.chart_template or code not in {None, company.chart_template}):
        code = code or templates._guess_chart_template(company.country_id)
        templates.try_loading(code, company=company, install_demo=False)
        env.cr.commit()
        print(f"chart of accounts: {code}")
    # Loading a chart makes its country's currency the company's.
    if ours and "currency" in wanted and not company._existing_accounting():
        currency = env["res.currency"].with_context(active_test=False).search([("name", "=", wanted["currency"])])
        if company.currency_id != currency:
            company.currency_id = currency
    parameters.set_param("odoo_saas.chart_of_accounts", company.chart_template or "none")


close_known_passwords()
close_sign_up()
set_addresses()
stop_calls()
set_ribbon()
set_chart_of_accounts()
env.cr.commit()
