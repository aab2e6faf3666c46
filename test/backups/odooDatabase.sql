-- Odoo 18.0's tables and columns as recorded from a database with one of everything, as far as copies touch them, and its rows.
-- Every secret and address of the original has LIVE or acme.example in it.
CREATE TABLE ir_config_parameter (
  id serial PRIMARY KEY, key varchar NOT NULL UNIQUE, value text NOT NULL
);
INSERT INTO ir_config_parameter (id, key, value) VALUES
  (1, 'database.secret', 'LIVE-secret'),
  (2, 'database.uuid', 'LIVE-uuid'),
  (4, 'web.base.url', 'https://erp.acme.example'),
  (18, 'auth_signup.reset_password', 'False'),
  (30, 'mail.web_push_vapid_private_key', 'LIVE'),
  (31, 'mail.web_push_vapid_public_key', 'LIVE'),
  (32, 'mail.sfu_server_key', 'LIVE'),
  (33, 'recaptcha_private_key', 'LIVE'),
  (34, 'recaptcha_public_key', 'LIVE'),
  (35, 'cf.turnstile_secret_key', 'LIVE'),
  (36, 'cf.turnstile_site_key', 'LIVE'),
  (37, 'google_calendar_client_secret', 'LIVE'),
  (38, 'microsoft_calendar_client_secret', 'LIVE'),
  (39, 'google_gmail_client_secret', 'LIVE'),
  (40, 'microsoft_outlook_client_secret', 'LIVE'),
  (41, 'unsplash.access_key', 'LIVE'),
  (42, 'cloud_storage_provider', 'LIVE'),
  (43, 'cloud_storage_azure_client_secret', 'LIVE'),
  (44, 'cloud_storage_azure_account_name', 'LIVE'),
  (48, 'ipai.kapa.api_key', 'LIVE'),
  (49, 'ipai_catalog.supabase_service_key', 'LIVE'),
  (52, 'account_peppol.edi.mode', 'prod'),
  (53, 'web.base.url.freeze', 'True'),
  (54, 'report.url', 'http://127.0.0.1:8072'),
  (55, 'odoo_saas.revision', 'r1'),
  (56, 'odoo_saas.image', 'sha256:x'),
  (57, 'bir.reminder.n8n.webhook', 'https://n8n.acme.example/webhook/LIVE'),
  (58, 'iap.endpoint', 'http://127.0.0.1:9');
CREATE TABLE ir_model_data (
  id serial PRIMARY KEY, module varchar NOT NULL, name varchar NOT NULL, model varchar NOT NULL, res_id integer
);
INSERT INTO ir_model_data (id, module, name, model, res_id) VALUES
  (6086, 'base', 'autovacuum_job', 'ir.cron', 1),
  (13721, 'mail', 'ir_cron_mail_scheduler_action', 'ir.cron', 3);
CREATE TABLE ir_cron (
  id serial PRIMARY KEY, cron_name varchar, active boolean
);
INSERT INTO ir_cron (id, cron_name, active) VALUES
  (1, 'Base: Auto-vacuum internal data', true),
  (3, 'Mail: Email Queue Manager', true);
CREATE TABLE ir_mail_server (
  id serial PRIMARY KEY, name varchar NOT NULL, smtp_port integer, smtp_host varchar, smtp_encryption varchar NOT NULL, active boolean, smtp_authentication varchar NOT NULL, smtp_user varchar, smtp_pass varchar, google_gmail_access_token varchar, google_gmail_authorization_code varchar, google_gmail_refresh_token varchar, microsoft_outlook_access_token varchar, microsoft_outlook_refresh_token varchar
);
INSERT INTO ir_mail_server (id, name, smtp_port, smtp_host, smtp_encryption, active, smtp_authentication, smtp_user, smtp_pass, google_gmail_access_token, google_gmail_authorization_code, google_gmail_refresh_token, microsoft_outlook_access_token, microsoft_outlook_refresh_token) VALUES
  (1, 'live', 25, 'smtp.acme.example', 'none', true, 'login', 'u', 'LIVE', 'LIVE', 'LIVE', 'LIVE', 'LIVE', 'LIVE');
CREATE TABLE fetchmail_server (
  id serial PRIMARY KEY, name varchar NOT NULL, active boolean, server varchar, "user" varchar, password varchar
);
INSERT INTO fetchmail_server (id, name, active, server, "user", password) VALUES
  (1, 'f', true, 'imap.acme.example', 'u', 'LIVE');
CREATE TABLE mail_template (
  id serial PRIMARY KEY, email_from varchar, email_to varchar, mail_server_id integer
);
INSERT INTO mail_template (id, email_to, mail_server_id) VALUES
  (21, '{{ object.email }}', 1);
CREATE TABLE payment_provider (
  id serial PRIMARY KEY, code varchar NOT NULL, state varchar NOT NULL, adyen_api_key varchar, adyen_client_key varchar, adyen_hmac_key varchar, paypal_client_secret varchar, stripe_publishable_key varchar, stripe_secret_key varchar, stripe_webhook_secret varchar
);
INSERT INTO payment_provider (id, code, state, adyen_api_key, adyen_client_key, adyen_hmac_key, paypal_client_secret, stripe_publishable_key, stripe_secret_key, stripe_webhook_secret) VALUES
  (1, 'adyen', 'enabled', 'LIVE', 'LIVE', 'LIVE', NULL, NULL, NULL, NULL),
  (11, 'paypal', 'enabled', NULL, NULL, NULL, 'LIVE', NULL, NULL, NULL),
  (14, 'stripe', 'enabled', NULL, NULL, NULL, NULL, 'LIVE', 'LIVE', 'LIVE');
CREATE TABLE payment_token (
  id serial PRIMARY KEY, provider_ref varchar NOT NULL, active boolean
);
INSERT INTO payment_token (id, provider_ref, active) VALUES
  (1, 'cus_1', true);
CREATE TABLE iap_account (
  id serial PRIMARY KEY, account_token varchar
);
INSERT INTO iap_account (id, account_token) VALUES
  (1, 'LIVE');
CREATE TABLE delivery_carrier (
  id serial PRIMARY KEY, delivery_type varchar NOT NULL, active boolean, prod_environment boolean
);
INSERT INTO delivery_carrier (id, delivery_type, active, prod_environment) VALUES
  (1, 'fixed', true, true),
  (2, 'fixed', true, true),
  (3, 'ups', true, true);
CREATE TABLE account_edi_proxy_client_user (
  id serial PRIMARY KEY, proxy_type varchar NOT NULL, edi_mode varchar, refresh_token varchar, active boolean
);
INSERT INTO account_edi_proxy_client_user (id, proxy_type, edi_mode, refresh_token, active) VALUES
  (1, 'peppol', 'prod', 'LIVE', true);
CREATE TABLE certificate_key (
  id serial PRIMARY KEY, name varchar, password varchar
);
INSERT INTO certificate_key (id, name, password) VALUES
  (1, 'k', 'LIVE');
CREATE TABLE online_bank_statement_provider (
  id serial PRIMARY KEY, service varchar NOT NULL, active boolean, password varchar, passphrase varchar, certificate_private_key text
);
INSERT INTO online_bank_statement_provider (id, service, active, password, passphrase, certificate_private_key) VALUES
  (1, 'dummy', true, 'LIVE', 'LIVE', 'LIVE');
CREATE TABLE fs_storage (
  id serial PRIMARY KEY, code varchar NOT NULL, protocol varchar NOT NULL, options text, base_url varchar, directory_path varchar, autovacuum_gc boolean, use_as_default_for_attachments boolean
);
INSERT INTO fs_storage (id, code, protocol, options, base_url, directory_path, autovacuum_gc, use_as_default_for_attachments) VALUES
  (1, 's3_prod', 's3', '{"secret":"LIVEx"}', '', 'bucket', true, true);
CREATE TABLE website (
  id serial PRIMARY KEY, name varchar NOT NULL, domain varchar, cdn_url varchar, google_analytics_key varchar, google_maps_api_key varchar
);
INSERT INTO website (id, name, domain, cdn_url, google_analytics_key, google_maps_api_key) VALUES
  (1, 'My Website', 'https://shop.acme.example', 'https://cdn.acme.example', 'G-LIVE', 'LIVE');
CREATE TABLE base_automation (
  id serial PRIMARY KEY, "trigger" varchar NOT NULL, webhook_uuid varchar
);
INSERT INTO base_automation (id, "trigger", webhook_uuid) VALUES
  (1, 'on_webhook', 'LIVE-webhook');
CREATE TABLE ir_act_server (
  id serial PRIMARY KEY, state varchar NOT NULL, webhook_url varchar
);
INSERT INTO ir_act_server (id, state, webhook_url) VALUES
  (532, 'webhook', 'https://hooks.acme.example/LIVE');
CREATE TABLE queue_job (
  id serial PRIMARY KEY, uuid varchar NOT NULL, state varchar NOT NULL, date_cancelled timestamp
);
INSERT INTO queue_job (id, uuid, state) VALUES
  (1, 'job-1', 'pending'),
  (2, 'job-2', 'enqueued'),
  (3, 'job-3', 'started'),
  (4, 'job-4', 'wait_dependencies'),
  (5, 'job-5', 'done'),
  (6, 'job-6', 'failed');
CREATE TABLE mail_mail (
  id serial PRIMARY KEY, state varchar, email_to text
);
INSERT INTO mail_mail (id, state, email_to) VALUES
  (1, 'outgoing', '"OdooBot" <odoobot@acme.example>'),
  (2, 'outgoing', 'jane@acme.example');
CREATE TABLE mail_message (
  id serial PRIMARY KEY, reply_to varchar, email_from varchar
);
INSERT INTO mail_message (id, reply_to, email_from) VALUES
  (1, 'Jane <jane@acme.example>', 'Jane <jane@acme.example>');
CREATE TABLE mail_scheduled_message (
  id serial PRIMARY KEY, body text
);
INSERT INTO mail_scheduled_message (id, body) VALUES
  (1, 'LIVE');
CREATE TABLE mail_message_schedule (
  id serial PRIMARY KEY, scheduled_datetime timestamp NOT NULL
);
INSERT INTO mail_message_schedule (id, scheduled_datetime) VALUES
  (1, '2026-11-28 15:25:23');
CREATE TABLE sms_sms (
  id serial PRIMARY KEY, number varchar, state varchar NOT NULL
);
INSERT INTO sms_sms (id, number, state) VALUES
  (1, '+63', 'outgoing');
CREATE TABLE snailmail_letter (
  id serial PRIMARY KEY, state varchar NOT NULL
);
INSERT INTO snailmail_letter (id, state) VALUES
  (1, 'pending');
CREATE TABLE mailing_mailing (
  id serial PRIMARY KEY, state varchar NOT NULL, email_from varchar NOT NULL
);
INSERT INTO mailing_mailing (id, state, email_from) VALUES
  (1, 'in_queue', 'x@acme.example');
CREATE TABLE mailing_contact (
  id serial PRIMARY KEY, email varchar, email_normalized varchar
);
INSERT INTO mailing_contact (id, email, email_normalized) VALUES
  (1, 'admin@acme.example', 'admin@acme.example'),
  (2, 'c@acme.example', 'c@acme.example');
CREATE TABLE mail_alias_domain (
  id serial PRIMARY KEY, name varchar NOT NULL
);
INSERT INTO mail_alias_domain (id, name) VALUES
  (1, 'acme.example');
CREATE TABLE mail_alias (
  id serial PRIMARY KEY, alias_name varchar, alias_domain_id integer, alias_full_name varchar
);
INSERT INTO mail_alias (id, alias_name, alias_domain_id, alias_full_name) VALUES
  (2, 'customer-invoices', 1, 'customer-invoices@acme.example'),
  (3, 'vendor-bills', 1, 'vendor-bills@acme.example');
CREATE TABLE auth_oauth_provider (
  id serial PRIMARY KEY, name varchar NOT NULL, enabled boolean, client_secret varchar, token_map varchar
);
INSERT INTO auth_oauth_provider (id, name, enabled, client_secret) VALUES
  (1, 'Odoo.com Accounts', true, NULL),
  (6, 'Keycloak', true, 'LIVE');
CREATE TABLE auth_jwt_validator (
  id serial PRIMARY KEY, name varchar NOT NULL, secret_key varchar, secret_algorithm varchar
);
INSERT INTO auth_jwt_validator (id, name, secret_key, secret_algorithm) VALUES
  (1, 'j', 'LIVE', 'HS256');
CREATE TABLE res_company_ldap (
  id serial PRIMARY KEY, ldap_server varchar NOT NULL, ldap_password varchar
);
INSERT INTO res_company_ldap (id, ldap_server, ldap_password) VALUES
  (1, 'ldap.acme.example', 'LIVE');
CREATE TABLE res_users (
  id serial PRIMARY KEY, login varchar NOT NULL, password varchar, totp_secret varchar, oauth_uid varchar, oauth_provider_id integer, oauth_access_token varchar, microsoft_calendar_rtoken varchar, microsoft_calendar_token varchar, voip_password varchar
);
INSERT INTO res_users (id, login, password, totp_secret, oauth_uid, oauth_provider_id, oauth_access_token, microsoft_calendar_rtoken, microsoft_calendar_token, voip_password) VALUES
  (6, 'u@acme.example', 'LIVE hash', 'LIVE', 'LIVE-subject', 1, 'LIVE', 'LIVE', 'LIVE', 'LIVE');
CREATE TABLE res_users_settings (
  id serial PRIMARY KEY, google_calendar_rtoken varchar, google_calendar_token varchar, google_calendar_sync_token varchar, microsoft_calendar_sync_token varchar
);
INSERT INTO res_users_settings (id, google_calendar_rtoken, google_calendar_token, google_calendar_sync_token, microsoft_calendar_sync_token) VALUES
  (1, 'LIVE', 'LIVE', 'LIVE', 'LIVE'),
  (2, 'LIVE', 'LIVE', 'LIVE', 'LIVE');
CREATE TABLE res_users_apikeys (
  id serial PRIMARY KEY, name varchar NOT NULL, "index" varchar, key varchar
);
INSERT INTO res_users_apikeys (id, name, "index", key) VALUES
  (1, 'key', '3f621cfc', 'LIVE hash');
CREATE TABLE auth_api_key (
  id serial PRIMARY KEY, name varchar NOT NULL, key varchar NOT NULL, active boolean
);
INSERT INTO auth_api_key (id, name, key, active) VALUES
  (1, 'k', 'LIVE', true);
CREATE TABLE auth_totp_device (
  id serial PRIMARY KEY, name varchar NOT NULL, key varchar
);
INSERT INTO auth_totp_device (id, name, key) VALUES
  (1, 'dev', 'LIVE hash');
CREATE TABLE auth_passkey_key (
  id serial PRIMARY KEY, name varchar NOT NULL, credential_identifier varchar NOT NULL, public_key varchar
);
INSERT INTO auth_passkey_key (id, name, credential_identifier, public_key) VALUES
  (1, 'p', 'LIVE', 'k');
CREATE TABLE mail_push_device (
  id serial PRIMARY KEY, endpoint varchar NOT NULL, "keys" varchar NOT NULL
);
INSERT INTO mail_push_device (id, endpoint, "keys") VALUES
  (1, 'https://push.example/LIVE', '{}');
CREATE TABLE mail_push (
  id serial PRIMARY KEY, payload text
);
INSERT INTO mail_push (id, payload) VALUES
  (1, 'LIVE');
CREATE TABLE res_device_log (
  id serial PRIMARY KEY, session_identifier varchar NOT NULL
);
INSERT INTO res_device_log (id, session_identifier) VALUES
  (1, 'LIVEsess');
CREATE TABLE http_sessions (
  sid varchar PRIMARY KEY, payload text
);
INSERT INTO http_sessions (sid, payload) VALUES
  ('LIVEsid', 'LIVE');
CREATE TABLE mail_gateway (
  id serial PRIMARY KEY, name varchar NOT NULL, token varchar NOT NULL, webhook_key varchar, webhook_secret varchar
);
INSERT INTO mail_gateway (id, name, token, webhook_key, webhook_secret) VALUES
  (1, 'g', 'LIVEt', 'LIVEk', 'LIVEs');
CREATE TABLE db_backup (
  id serial PRIMARY KEY, name varchar, sftp_password varchar, sftp_private_key varchar
);
INSERT INTO db_backup (id, name, sftp_password, sftp_private_key) VALUES
  (1, 'sftp://u@h:22/tmp', 'LIVE', 'LIVE');
CREATE TABLE ir_ui_view (
  id serial PRIMARY KEY, key varchar, active boolean
);
INSERT INTO ir_ui_view (id, key, active) VALUES
  (225, 'web.neutralize_banner', false),
  (2261, 'website.neutralize_ribbon', false);
CREATE TABLE ir_attachment (
  id serial PRIMARY KEY, name varchar NOT NULL, res_model varchar, res_field varchar
);
INSERT INTO ir_attachment (id, name, res_model, res_field) VALUES
  (762, 'content', 'certificate.key', 'content');
CREATE TABLE account_move (
  id serial PRIMARY KEY, name varchar, access_token varchar
);
INSERT INTO account_move (id, access_token) VALUES
  (5, 'LIVE-link');
CREATE TABLE res_partner (
  id serial PRIMARY KEY, name varchar, email varchar, email_normalized varchar
);
INSERT INTO res_partner (id, name, email, email_normalized) VALUES
  (10, 'Jane', 'Jane <jane@acme.example>', 'jane@acme.example'),
  (11, 'U', 'u@acme.example', 'u@acme.example');
CREATE TABLE hr_employee (
  id serial PRIMARY KEY, name varchar, private_email varchar, work_email varchar, pin varchar
);
INSERT INTO hr_employee (id, name, private_email, work_email) VALUES
  (1, 'Administrator', 'admin@acme.example', 'admin@acme.example');
CREATE TABLE res_company (
  id serial PRIMARY KEY, name varchar NOT NULL, email varchar
);
INSERT INTO res_company (id, name, email) VALUES
  (1, 'My Company', 'office@acme.example'),
  (2, 'Second', 'office@acme.example');
-- OCA's server_environment keeps settings of a place in JSON, log-ins among them.
ALTER TABLE ir_mail_server ADD COLUMN server_env_defaults text;
UPDATE ir_mail_server SET server_env_defaults = '{"x_smtp_pass_env_default": "LIVE"}';
SELECT setval(pg_get_serial_sequence(name, 'id'), 1000) FROM unnest(ARRAY['ir_config_parameter', 'ir_mail_server']) AS name;
