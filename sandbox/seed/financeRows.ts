import { CREATED, CUSTOMERS, generator, PEOPLE, PORTAL_USERS, type Row, type Rows, YEAR } from "./samples.ts";

const PROJECTS = [
  "Brand relaunch",
  "Month-end close",
  "Media audit",
  "Site rebuild",
  "Loyalty programme",
  "Tax filing",
];
const TASKS = [
  "Brief",
  "Estimate",
  "Draft",
  "Review",
  "Approval",
  "Production",
  "Delivery",
  "Invoice",
  "Retrospective",
];

/** Names of the project that hr_timesheet makes for each company, and of its tasks. */
export const INTERNAL = { project: "Internal", tasks: ["Training", "Meeting"] } as const;

/** Rows of the tables in `tablesFinance.sql`; `lines` of them are analytic lines. */
export function financeRows(tenant: string, lines: number): Rows {
  const { int, pick } = generator(`${tenant} finance`);
  const stamps = { create_date: CREATED, write_date: `${YEAR}-${two(int(2, 10))}-${two(int(1, 28))} 10:00:00` };
  const day = (from = 1, to = 12): string => `${YEAR}-${two(int(from, to))}-${two(int(1, 28))}`;
  const english = (text: string): Record<string, string> => ({ en_US: text });
  const ids = <T>(items: readonly T[], make: (item: T, id: number) => Row): Row[] =>
    items.map((item, index) => ({ id: index + 1, ...make(item, index + 1) }));

  const projects = PROJECTS.slice(0, int(3, PROJECTS.length));
  const employees = PEOPLE.slice(0, PEOPLE.length - PORTAL_USERS);
  const hourlyCost = employees.map(() => int(15, 60));
  const tasks = projects.flatMap((_, project) =>
    TASKS.slice(0, int(5, TASKS.length)).map((name) => ({ name, project: project + 1 })),
  );
  // After those that the business has: what reports must leave out, or read with care.
  const [internal, template] = [projects.length + 1, projects.length + 2];
  const [firstInternalTask, parent] = [tasks.length + 1, 1];
  const specialTasks: readonly Row[] = [
    ...INTERNAL.tasks.map((name) => ({ name, project_id: internal, stage_id: 1 })),
    { name: "Done, left in an open stage", project_id: 1, stage_id: 2, state: "1_done" },
    { name: "In progress, in a folded stage", project_id: 1, stage_id: 3, date_end: `${YEAR}-03-02 09:00:00` },
    { name: "Sub-task", project_id: 1, stage_id: 1, parent_id: parent },
    { name: "Archived", project_id: 1, stage_id: 1, active: false },
    { name: "Step of the template", project_id: template, stage_id: 1 },
    { name: "Private to-do", project_id: null, stage_id: null },
  ];
  const taskRows = ids(tasks, ({ name, project }) => {
    const state = pick(["01_in_progress", "02_changes_requested", "03_approved", "1_done", "1_done", "1_canceled"]);
    const closed = state.startsWith("1_");
    const [deadline, ended] = [day(), closed ? `${day(6)} 12:00:00` : null];
    return {
      name,
      active: true,
      state,
      priority: pick(["0", "0", "1"]),
      project_id: project,
      stage_id: closed ? 3 : int(1, 2),
      milestone_id: project,
      company_id: 1,
      date_deadline: `${deadline} 17:00:00`,
      date_end: ended,
      date_last_stage_update: ended ?? CREATED,
      allocated_hours: int(4, 40),
      effective_hours: int(0, 45),
      ...stamps,
    };
  });

  return [
    [
      "hr_department",
      ids(["Finance", "Client service"], (name) => ({ name: english(name), active: true, company_id: 1 })),
    ],
    [
      "hr_employee",
      ids(employees, (name, id) => ({
        name,
        active: true,
        user_id: id + 1,
        company_id: 1,
        department_id: (id % 2) + 1,
        hourly_cost: hourlyCost[id - 1] ?? 0,
      })),
    ],
    ["account_analytic_plan", [{ id: 1, name: english("Project"), parent_path: "1/" }]],
    [
      "account_analytic_account",
      ids(projects, (name) => ({ name: english(name), active: true, plan_id: 1, root_plan_id: 1, company_id: 1 })),
    ],
    [
      "account_account",
      ids(["income", "expense_direct_cost", "expense"], (type) => ({
        name: english(type),
        account_type: type,
      })),
    ],
    [
      "project_project_stage",
      ids(["To do", "In progress", "Done"], (name, id) => ({ name: english(name), sequence: id, fold: id === 3 })),
    ],
    [
      "project_project",
      [
        ...ids(projects, (name, id) => ({
          name: english(name),
          active: true,
          company_id: 1,
          partner_id: int(PEOPLE.length + 2, PEOPLE.length + 1 + CUSTOMERS.length),
          user_id: int(2, employees.length + 1),
          account_id: id,
          stage_id: int(1, 3),
          last_update_status: pick(["on_track", "on_track", "at_risk", "off_track", "done"]),
          privacy_visibility: "employees",
          date_start: day(1, 4),
          date: day(6, 12),
          allow_timesheets: true,
          allocated_hours: int(80, 400),
          ...stamps,
        })),
        ...[INTERNAL.project, "New client (TEMPLATE)"].map((name, index) => ({
          id: internal + index,
          name: english(name),
          active: true,
          company_id: 1,
          last_update_status: "to_define",
          privacy_visibility: "employees",
          allow_timesheets: true,
          allocated_hours: 0,
          is_template: internal + index === template,
          ...stamps,
        })),
      ],
    ],
    [
      "project_task_type",
      ids(["New", "In progress", "Closed"], (name, id) => ({ name: english(name), sequence: id, fold: id === 3 })),
    ],
    [
      "project_milestone",
      ids(projects, (name, id) => ({
        name: `${name}: sign-off`,
        project_id: id,
        deadline: day(5, 12),
        is_reached: int(0, 1) === 1,
      })),
    ],
    [
      "project_task",
      [
        ...taskRows,
        ...specialTasks.map((task, index) => ({
          id: firstInternalTask + index,
          active: true,
          state: "01_in_progress",
          priority: "0",
          company_id: 1,
          date_last_stage_update: `${YEAR}-03-02 09:00:00`,
          allocated_hours: 0,
          effective_hours: 0,
          ...stamps,
          ...task,
        })),
      ],
    ],
    ["project_task_user_rel", ids(tasks, (_, id) => ({ task_id: id, user_id: int(2, employees.length + 1) }))],
    ["account_budget_post", ids(["Fees", "External cost"], (name) => ({ name, company_id: 1 }))],
    [
      "account_budget_rel",
      [
        { budget_id: 1, account_id: 1 },
        { budget_id: 2, account_id: 2 },
        { budget_id: 2, account_id: 3 },
      ],
    ],
    [
      "crossovered_budget",
      ids(["validate", "draft"], (state) => ({
        name: state === "draft" ? "Forecast" : `Budget ${YEAR}`,
        date_from: `${YEAR}-01-01`,
        date_to: `${YEAR}-12-31`,
        state,
        company_id: 1,
      })),
    ],
    [
      "crossovered_budget_lines",
      ids(
        projects.flatMap((_, project) =>
          [1, 2].flatMap((budget) => [1, 2].map((post) => ({ project: project + 1, budget, post }))),
        ),
        ({ project, budget, post }) => ({
          crossovered_budget_id: budget,
          analytic_account_id: project,
          general_budget_id: post,
          date_from: `${YEAR}-01-01`,
          date_to: `${YEAR}-12-31`,
          planned_amount: int(50, 200) * (post === 1 ? 400 : -250),
          company_id: 1,
          ...stamps,
        }),
      ),
    ],
    [
      "account_analytic_line",
      ids(Array.from({ length: lines }), (_, id) => {
        const base = { date: day(), company_id: 1, currency_id: 1, ...stamps };
        const task = int(1, tasks.length);
        const project = tasks[task - 1]?.project ?? 1;
        if (id % 6 === 0) {
          return {
            ...base,
            name: "Invoice",
            account_id: project,
            general_account_id: 1,
            amount: int(20, 90) * 100,
            category: "invoice",
          };
        }
        if (id % 6 === 3) {
          const refund = int(1, 8) === 1;
          const amount = int(10, 60) * (refund ? 50 : -50);
          return {
            ...base,
            name: refund ? "Refund" : "Bill",
            account_id: project,
            general_account_id: int(2, 3),
            amount,
            category: "vendor_bill",
          };
        }
        const employee = int(1, employees.length);
        const hours = int(1, 16) / 2;
        const where =
          id % 24 === 5
            ? { name: "Training", project_id: internal, task_id: firstInternalTask }
            : { name: "Work", account_id: project, project_id: project, task_id: task };
        return {
          ...base,
          ...where,
          employee_id: employee,
          department_id: (employee % 2) + 1,
          user_id: employee + 1,
          unit_amount: hours,
          amount: -hours * (hourlyCost[employee - 1] ?? 0),
          category: "other",
        };
      }),
    ],
  ];
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
