-- One table for each view of sql/tenant/finance_ppm/v1, with the same column names.
CREATE TABLE :"data_schema".projects (
  project_id integer PRIMARY KEY,
  project text,
  active boolean,
  company_id integer,
  customer text,
  manager text,
  stage text,
  status text,
  starts_on date,
  ends_on date,
  allocated_hours double precision NOT NULL,
  analytic_account_id integer,
  analytic_account text,
  milestones integer NOT NULL,
  milestones_reached integer NOT NULL,
  next_milestone_on date,
  updated_at timestamptz
);
COMMENT ON TABLE :"data_schema".projects IS 'Projects; a row a project';

CREATE TABLE :"data_schema".tasks (
  task_id integer PRIMARY KEY,
  project_id integer NOT NULL,
  parent_task_id integer,
  task text,
  stage text,
  state text,
  is_closed boolean,
  is_priority boolean,
  milestone text,
  assignees text[] NOT NULL,
  deadline_at timestamptz,
  closed_at timestamptz,
  allocated_hours double precision NOT NULL,
  spent_hours double precision NOT NULL,
  created_at timestamptz,
  updated_at timestamptz
);
CREATE INDEX ON :"data_schema".tasks (project_id);
COMMENT ON TABLE :"data_schema".tasks IS 'Tasks of projects; a row a task';

CREATE TABLE :"data_schema".timesheets (
  line_id integer PRIMARY KEY,
  worked_on date NOT NULL,
  project_id integer NOT NULL,
  task_id integer,
  employee text,
  department text,
  hours double precision,
  company_id integer,
  updated_at timestamptz
);
CREATE INDEX ON :"data_schema".timesheets (project_id, worked_on);
COMMENT ON TABLE :"data_schema".timesheets IS 'Hours worked; a row a timesheet line';

CREATE TABLE :"data_schema".analytic_lines (
  line_id integer PRIMARY KEY,
  booked_on date NOT NULL,
  description text,
  analytic_account_id integer,
  analytic_account text,
  plan text,
  partner text,
  account_type text,
  kind text NOT NULL,
  amount numeric NOT NULL,
  quantity double precision,
  currency text NOT NULL,
  company_id integer NOT NULL,
  updated_at timestamptz
);
CREATE INDEX ON :"data_schema".analytic_lines (analytic_account_id, booked_on);
COMMENT ON TABLE :"data_schema".analytic_lines IS 'Analytic lines other than timesheets; a row a line, revenue positive';

CREATE TABLE :"data_schema".budget_lines (
  budget_line_id integer PRIMARY KEY,
  budget_id integer NOT NULL,
  budget text,
  state text NOT NULL,
  position text,
  kind text NOT NULL,
  analytic_account_id integer,
  analytic_account text,
  starts_on date NOT NULL,
  ends_on date NOT NULL,
  planned_amount numeric NOT NULL,
  actual_amount numeric,
  currency text NOT NULL,
  company_id integer NOT NULL,
  updated_at timestamptz
);
COMMENT ON TABLE :"data_schema".budget_lines IS 'Budget lines; a row a line, planned revenue positive, planned cost negative';

CREATE TABLE :"data_schema".project_financials (
  project_id integer NOT NULL,
  currency text NOT NULL,
  project text,
  active boolean,
  company_id integer,
  status text,
  budget_revenue numeric NOT NULL,
  budget_cost numeric NOT NULL,
  actual_revenue numeric NOT NULL,
  actual_cost numeric NOT NULL,
  labour_cost numeric NOT NULL,
  labour_hours double precision NOT NULL,
  allocated_hours double precision NOT NULL,
  revenue_variance numeric NOT NULL,
  cost_variance numeric NOT NULL,
  margin numeric NOT NULL,
  cost_used numeric,
  PRIMARY KEY (project_id, currency)
);
COMMENT ON TABLE :"data_schema".project_financials IS 'Budget against actual; a row a project and currency';

CREATE TABLE :"data_schema".portfolio (
  company_id integer NOT NULL,
  currency text NOT NULL,
  projects integer NOT NULL,
  on_track integer NOT NULL,
  at_risk integer NOT NULL,
  off_track integer NOT NULL,
  overdue integer NOT NULL,
  over_budget integer NOT NULL,
  open_tasks integer NOT NULL,
  overdue_tasks integer NOT NULL,
  budget_revenue numeric NOT NULL,
  budget_cost numeric NOT NULL,
  actual_revenue numeric NOT NULL,
  actual_cost numeric NOT NULL,
  labour_hours double precision NOT NULL,
  PRIMARY KEY (company_id, currency)
);
COMMENT ON TABLE :"data_schema".portfolio IS 'Active projects at a glance; a row a company and currency';
