CREATE VIEW reporting.users AS
SELECT
  u.id AS user_id,
  partner.name AS name,
  CASE WHEN u.share THEN 'portal' ELSE 'internal' END AS kind,
  u.active,
  u.company_id,
  u.create_date AT TIME ZONE 'UTC' AS created_at
FROM public.res_users u
  JOIN public.res_partner partner ON partner.id = u.partner_id;
COMMENT ON VIEW reporting.users IS 'Users of the tenant, without their addresses and log-ins; a row a user';
