import time

from odoo import api, models
from odoo.http import request

from .auth_oauth_provider import SESSION_KEY


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _authenticate(cls, endpoint):
        """Ends what the realm opened after a working day, so that whoever left the company has no session the day after."""
        session = request.session
        ends = (session.get(SESSION_KEY) or {}).get("ends")
        if session.uid is not None and ends is not None and ends <= time.time():
            session.logout(keep_db=True)
            request.env = api.Environment(request.env.cr, None, session.context)
        return super()._authenticate(endpoint)
