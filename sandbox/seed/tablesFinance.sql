-- As tables.sql, for the modules project, hr_timesheet, account_budget_oca and project_template.
CREATE TABLE IF NOT EXISTS hr_department (id serial PRIMARY KEY, name jsonb NOT NULL, active boolean, company_id integer);
CREATE TABLE IF NOT EXISTS hr_employee (
  id serial PRIMARY KEY, name varchar, active boolean, user_id integer REFERENCES res_users,
  company_id integer NOT NULL REFERENCES res_company, department_id integer REFERENCES hr_department,
  job_title varchar, hourly_cost numeric
);
CREATE TABLE IF NOT EXISTS account_analytic_plan (id serial PRIMARY KEY, name jsonb NOT NULL, parent_id integer, parent_path varchar);
CREATE TABLE IF NOT EXISTS account_analytic_account (
  id serial PRIMARY KEY, name jsonb NOT NULL, code varchar, active boolean,
  plan_id integer NOT NULL REFERENCES account_analytic_plan, root_plan_id integer, company_id integer, partner_id integer
);
CREATE TABLE IF NOT EXISTS account_account (
  id serial PRIMARY KEY, name jsonb NOT NULL, code_store jsonb, account_type varchar NOT NULL
);
CREATE TABLE IF NOT EXISTS project_project_stage (id serial PRIMARY KEY, name jsonb NOT NULL, sequence integer, fold boolean, active boolean);
CREATE TABLE IF NOT EXISTS project_project (
  id serial PRIMARY KEY, name jsonb NOT NULL, active boolean, sequence integer, company_id integer REFERENCES res_company,
  partner_id integer REFERENCES res_partner, user_id integer REFERENCES res_users, account_id integer REFERENCES account_analytic_account,
  stage_id integer REFERENCES project_project_stage, last_update_status varchar NOT NULL, privacy_visibility varchar NOT NULL,
  date_start date, date date, allow_timesheets boolean, allocated_hours double precision,
  create_date timestamp, write_date timestamp
);
ALTER TABLE project_project ADD COLUMN IF NOT EXISTS is_template boolean;
ALTER TABLE res_company ADD COLUMN IF NOT EXISTS internal_project_id integer REFERENCES project_project ON DELETE SET NULL;
CREATE TABLE IF NOT EXISTS project_task_type (id serial PRIMARY KEY, name jsonb NOT NULL, sequence integer, fold boolean, active boolean);
CREATE TABLE IF NOT EXISTS project_milestone (
  id serial PRIMARY KEY, name varchar NOT NULL, project_id integer NOT NULL REFERENCES project_project, deadline date,
  is_reached boolean, reached_date date
);
CREATE TABLE IF NOT EXISTS project_task (
  id serial PRIMARY KEY, name varchar NOT NULL, active boolean, state varchar NOT NULL, priority varchar, sequence integer,
  project_id integer REFERENCES project_project, parent_id integer REFERENCES project_task, stage_id integer REFERENCES project_task_type,
  milestone_id integer REFERENCES project_milestone, partner_id integer, company_id integer,
  date_deadline timestamp, date_assign timestamp, date_end timestamp, allocated_hours double precision,
  effective_hours double precision, remaining_hours double precision, progress double precision,
  create_date timestamp, write_date timestamp
);
ALTER TABLE project_task ADD COLUMN IF NOT EXISTS date_last_stage_update timestamp;
CREATE TABLE IF NOT EXISTS project_task_user_rel (
  id serial PRIMARY KEY, task_id integer NOT NULL REFERENCES project_task ON DELETE CASCADE,
  user_id integer NOT NULL REFERENCES res_users ON DELETE CASCADE, stage_id integer, UNIQUE (task_id, user_id)
);
CREATE TABLE IF NOT EXISTS account_budget_post (
  id serial PRIMARY KEY, name varchar NOT NULL, company_id integer NOT NULL REFERENCES res_company
);
CREATE TABLE IF NOT EXISTS account_budget_rel (
  budget_id integer NOT NULL REFERENCES account_budget_post, account_id integer NOT NULL REFERENCES account_account,
  PRIMARY KEY (budget_id, account_id)
);
CREATE TABLE IF NOT EXISTS crossovered_budget (
  id serial PRIMARY KEY, name varchar NOT NULL, creating_user_id integer, date_from date NOT NULL, date_to date NOT NULL,
  state varchar NOT NULL, company_id integer NOT NULL REFERENCES res_company
);
CREATE TABLE IF NOT EXISTS crossovered_budget_lines (
  id serial PRIMARY KEY, crossovered_budget_id integer NOT NULL REFERENCES crossovered_budget ON DELETE CASCADE,
  analytic_account_id integer REFERENCES account_analytic_account, general_budget_id integer NOT NULL REFERENCES account_budget_post,
  date_from date NOT NULL, date_to date NOT NULL, paid_date date, planned_amount numeric NOT NULL, company_id integer,
  create_date timestamp, write_date timestamp
);
CREATE TABLE IF NOT EXISTS account_analytic_line (
  id serial PRIMARY KEY, name varchar NOT NULL, date date NOT NULL, amount numeric NOT NULL, unit_amount double precision,
  account_id integer REFERENCES account_analytic_account, partner_id integer REFERENCES res_partner, user_id integer,
  company_id integer NOT NULL REFERENCES res_company, currency_id integer, category varchar,
  general_account_id integer REFERENCES account_account, move_line_id integer,
  project_id integer REFERENCES project_project, task_id integer REFERENCES project_task,
  employee_id integer REFERENCES hr_employee, department_id integer REFERENCES hr_department,
  create_date timestamp, write_date timestamp
);
CREATE INDEX IF NOT EXISTS account_analytic_line_account_id_index ON account_analytic_line (account_id);
