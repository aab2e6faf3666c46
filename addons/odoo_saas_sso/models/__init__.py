from . import auth_oauth_provider, ir_http, res_users
