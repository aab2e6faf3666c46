import { z } from "zod";
import { equal, holds, notLookedAt } from "../check.ts";
import type { Check } from "../check.ts";

/** Model that has the views. */
const MODEL = "finance_ppm/v1";

/** What the shell tells: of each thing what it is, what the views say, what Odoo says. */
const told = z.array(z.tuple([z.string(), z.string(), z.string()]));

/** The views of projects, tasks and timesheets say what Odoo itself says. */
export const reports: Check = {
  title: "reporting numbers",
  run: async (walk) => {
    if (!walk.spec.analytics.models.includes(MODEL))
      return [notLookedAt(`reporting model ${MODEL}`, "not this tenant's")];
    const results = told.parse(JSON.parse(await walk.shell(COMPARE)));
    return [
      holds("things compared", results.length > 30, results.length, "more than 30"),
      ...results
        .filter(([what, found, expected]) => found !== expected || !what.startsWith("task "))
        .map(([what, found, expected]) => equal(what, found, expected)),
    ];
  },
};

/** Makes tasks of every kind and asks the views and the ORM, in a transaction that is never committed. */
const COMPARE = `
import json
from datetime import date, timezone
from odoo.fields import Command

results = []

def compare(what, found, expected):
    results.append([what, str(found), str(expected)])

def rows(query):
    env.flush_all()
    env.cr.execute(query)
    return env.cr.dictfetchall()

projects = env["project.project"].with_context(active_test=False)
tasks = env["project.task"]
opened, folded = env["project.task.type"].create([{"name": "Open"}, {"name": "Folded", "fold": True}])
common = {"type_ids": [Command.set((opened | folded).ids)], "allow_timesheets": True}
one = projects.create({"name": "One", "allocated_hours": 40, **common})
two = projects.create({"name": "Two", **common})
archived = projects.create({"name": "Archived", **common})
internal = env.company.internal_project_id
template = projects.create({"name": "Template", "is_template": True, **common}) if "is_template" in projects._fields else projects

def make(name, *changes, project=one, **values):
    task = tasks.create({"name": name, "project_id": project.id, "stage_id": opened.id, **values})
    env.flush_all()
    for change in changes:
        task.write(change)
        env.flush_all()
    return task

is_folded, is_done = {"stage_id": folded.id}, {"state": "1_done"}
worked = make("open", allocated_hours=8)
make("done, open stage", is_done)
make("in progress, folded stage", is_folded)
make("done, folded stage", is_folded, is_done)
make("done, then folded", is_done, is_folded)
make("cancelled", {"state": "1_canceled"})
make("created done", state="1_done")
make("approved", {"state": "03_approved"})
make("changes requested", {"state": "02_changes_requested"})
make("reopened", is_done, {"state": "01_in_progress"})
make("done, moved back", is_folded, is_done, {"stage_id": opened.id})
parent = make("parent")
make("sub-task, done", is_done, parent_id=parent.id)
make("sub-task of another project", project=two, parent_id=parent.id)
make("archived", {"active": False})
make("priority", priority="1")
make("of an archived project", project=archived)
archived.active = False
tasks.create({"name": "private"})
if internal:
    make("internal", project=internal)
if template:
    make("of a template", project=template)

person = env["hr.employee"].create({"name": "Somebody", "hourly_cost": 50})
hours = [(one, worked, 8), (one, tasks, 2.5), (two, tasks, 1)] + ([(internal, tasks, 3)] if internal else [])
env["account.analytic.line"].create([
    {"name": "work", "project_id": project.id, "task_id": task.id, "employee_id": person.id, "unit_amount": amount, "date": date(2026, 2, 1)}
    for project, task, amount in hours
])
env.flush_all()
env.invalidate_all()

def is_left_out(project):
    return project.is_internal_project or ("is_template" in project._fields and project.is_template)

business = projects.search([]).filtered(lambda project: not is_left_out(project))
compare("projects", sorted(row["project_id"] for row in rows("SELECT project_id FROM reporting.projects")), sorted(business.ids))
view = {row["task_id"]: row for row in rows("SELECT * FROM reporting.tasks")}
wanted = tasks.search([("project_id", "in", business.ids)])
compare("tasks", sorted(view), sorted(wanted.ids))
for task in wanted:
    row = view.get(task.id)
    if row is None:
        continue
    ended = row["closed_at"] and row["closed_at"].astimezone(timezone.utc).replace(tzinfo=None)
    compare(f"task {task.name}: closed", row["is_closed"], task.is_closed)
    compare(f"task {task.name}: has an end", ended is not None, task.is_closed)
    if task.is_closed and task.date_end:
        compare(f"task {task.name}: end", ended, task.date_end)
    compare(f"task {task.name}: stage", row["stage"], task.with_context(lang="en_US").stage_id.name or None)
    compare(f"task {task.name}: hours", [row["allocated_hours"], row["spent_hours"]], [task.allocated_hours, task.effective_hours])
    compare(f"task {task.name}: parent", row["parent_task_id"], task.parent_id.id or None)
    compare(f"task {task.name}: priority", row["is_priority"], task.priority == "1")
for project in one | two | archived:
    [row] = rows(f"SELECT count(*) AS all, count(*) FILTER (WHERE NOT is_closed) AS open FROM reporting.tasks WHERE project_id = {project.id}")
    domain = [("project_id", "=", project.id)]
    compare(f"tasks of {project.name}: all, open", [row["all"], row["open"]],
            [tasks.search_count(domain), tasks.search_count(domain + [("state", "in", tasks.OPEN_STATES)])])
    [row] = rows(f"SELECT coalesce(sum(hours), 0) AS hours FROM reporting.timesheets WHERE project_id = {project.id}")
    compare(f"hours worked on {project.name}", row["hours"], sum(project.timesheet_ids.mapped("unit_amount")) or 0.0)
    [row] = rows(f"SELECT allocated_hours, active FROM reporting.projects WHERE project_id = {project.id}")
    compare(f"hours allocated to {project.name}, and whether it is active", [row["allocated_hours"], row["active"]], [project.allocated_hours, project.active])
    [row] = rows(f"SELECT sum(labour_hours) AS hours, round(sum(labour_cost), 2) AS cost FROM reporting.project_financials WHERE project_id = {project.id}")
    compare(f"labour of {project.name}: hours, cost", [float(row["hours"]), float(row["cost"])],
            [float(sum(project.timesheet_ids.mapped("unit_amount"))), round(float(-sum(project.timesheet_ids.mapped("amount"))), 2) + 0.0])
lines = env["account.analytic.line"].search([("project_id", "!=", False)])
for row in rows("SELECT is_internal, sum(hours) AS hours FROM reporting.timesheets GROUP BY 1 ORDER BY 1"):
    own = lines.filtered(lambda line: bool(is_left_out(line.project_id)) == row["is_internal"])
    compare(f"hours worked, internal: {row['is_internal']}", row["hours"], sum(own.mapped("unit_amount")))
[row] = rows("SELECT coalesce(sum(open_tasks), 0) AS open FROM reporting.portfolio")
active = business.filtered("active")
compare("open tasks of the portfolio", row["open"], tasks.search_count([("project_id", "in", active.ids), ("state", "in", tasks.OPEN_STATES)]))
tell(json.dumps(results))
env.cr.rollback()
`;
