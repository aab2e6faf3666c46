"""Prepares Superset's database: its tables, its own roles, and the account of `odoo-saas analytics sync`. Can run at any time."""

import os
import sys

from flask_migrate import upgrade
from superset.app import create_app

app = create_app()
with app.app_context():
    import superset
    from superset.extensions import security_manager as manager
    from superset.extensions import db

    upgrade(directory=os.path.join(os.path.dirname(superset.__file__), "migrations"))
    app.appbuilder.add_permissions(update_perms=True)
    manager.sync_role_definitions()

    username = app.config["SERVICE_ACCOUNT"]
    password = os.environ.get("ANALYTICS_SYNC_PASSWORD", "")
    if len(password) < 32:
        sys.exit("ANALYTICS_SYNC_PASSWORD has fewer than 32 characters, expected a random one: see docs/analytics.md, section Settings")
    account = manager.find_user(username=username)
    if account is None:
        account = manager.add_user(username, "Analytics", "sync", f"{username}@localhost", manager.find_role("Admin"), password)
        if not account:
            sys.exit(f"the account {username} could not be created: its e-mail address {username}@localhost may be another account's")
    else:
        manager.reset_password(account.id, password)
    # Nobody without an account sees anything.
    manager.find_role("Public").permissions = []
    db.session.commit()
print("Superset's database is ready")
