-- One row a queue: how long the oldest that is due has waited, in seconds. Odoo's moments are UTC, without a time zone.
-- A queue whose module is not installed has no table, and waits for nothing.
SELECT to_regclass('public.queue_job') IS NOT NULL AS jobs, to_regclass('public.mail_mail') IS NOT NULL AS mail \gset

-- odoo/addons/base/models/ir_cron.py: an action is due from nextcall on, and nextcall moves when it has ended.
SELECT 'scheduled_actions', coalesce(greatest(0, extract(epoch FROM now() AT TIME ZONE 'UTC' - min(nextcall))), 0)
FROM ir_cron WHERE active;

-- OCA/queue, queue_job/models/queue_job.py: not to be begun before eta.
\if :jobs
SELECT 'jobs', coalesce(greatest(0, extract(epoch FROM now() AT TIME ZONE 'UTC' - min(coalesce(eta, date_created)))), 0)
FROM queue_job WHERE state IN ('pending', 'enqueued');
\endif

-- odoo/addons/mail/models/mail_mail.py: not to be sent before scheduled_date.
\if :mail
SELECT 'mail', coalesce(greatest(0, extract(epoch FROM now() AT TIME ZONE 'UTC' - min(coalesce(scheduled_date::timestamp, create_date)))), 0)
FROM mail_mail WHERE state = 'outgoing';
\endif
