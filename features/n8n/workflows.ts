import { ACTIONS, pathOf, PROOF_HEADER, SIGNATURE_HEADER } from "../requests/index.ts";
import type { Action } from "../requests/index.ts";
import { choice, code, condition, embedded, githubCall, hmac, mattermost, node } from "./nodes.ts";
import type { Node } from "./nodes.ts";
import type { Settings } from "./settings.ts";
import { STEPS } from "./states.ts";

/** Connections: from a node, for each of its outputs, to the nodes that follow. */
type Connections = Record<string, { main: { node: string; type: "main"; index: 0 }[][] }>;

const ERRORS = "odoo-saas-errors";

/** The files of `workflows/n8n/`, by name. */
export function workflowFiles(settings: Settings): ReadonlyMap<string, string> {
  const files = [...ACTIONS.map((action) => requestWorkflow(action, settings)), errorWorkflow(settings)];
  return new Map(
    files.map((workflow) => [
      `${workflow.id.replace("odoo-saas-", "")}.json`,
      `${JSON.stringify(workflow, null, 2)}\n`,
    ]),
  );
}

function workflow(id: string, name: string, nodes: readonly Node[], connections: Connections, settings: object) {
  return {
    id,
    name,
    active: false,
    nodes,
    connections,
    settings: { executionOrder: "v1", timezone: "UTC", ...settings },
    pinData: {},
  };
}

function settingsNode(position: Node["position"], settings: Settings): Node {
  return node("Settings", "set", 3.4, position, {
    mode: "raw",
    jsonOutput: JSON.stringify(settings, null, 2),
    options: {},
  });
}

/** Follows each output of a node with a node; undefined: with none. */
function after(connections: Connections, from: string, ...to: readonly string[]): void {
  connections[from] = { main: to.map((name) => [{ node: name, type: "main", index: 0 }]) };
}

const CHECK = `${embedded("check.ts")}

const { headers } = $('Webhook').first().json;
const body = $('Body').first().json.body ?? '';
const verdict = check({
  body,
  proof: headers['${PROOF_HEADER}'] ?? '',
  signature: headers['${SIGNATURE_HEADER}'] ?? '',
  expected: $('Signature').first().json.expected ?? '',
  settings: $('Settings').first().json,
  now: Date.now(),
});
return [{ json: { ...verdict, request: body } }];`;

function decideCode(action: Action): string {
  return `${embedded("decide.ts")}

const settings = $('Settings').first().json;
const now = Date.now();
// Each turn of the loop has one decision and one state.
let state = $runIndex === 0 ? undefined : $('State').last(0, $runIndex - 1).json.state;
let answer = $input.first().json;
if (state === undefined) {
  const { asked, request, proof } = $('Check').first().json;
  state = {
    action: '${action}',
    asked,
    request,
    proof,
    key: \`\${asked.id}.\${$execution.id}\`,
    deadline: now + settings.approvalMinutes * 60_000,
    step: 'Start a run',
    running: '${action}',
    since: now,
    repeated: 0,
  };
  answer = {};
}
return [{ json: decide({ state, answer, settings, now }) }];`;
}

/** From a signed request to what became of it. */
function requestWorkflow(action: Action, settings: Settings) {
  const proof = `($('Webhook').first().json.headers['${PROOF_HEADER}'] ?? '')`;
  const signed = `={{ ['POST', '${pathOf(action)}', ${proof}, $('Body').first().json.body ?? ''].join('\\n') }}`;
  const arrival = [
    node(
      "Webhook",
      "webhook",
      2.1,
      [0, 0],
      { httpMethod: "POST", path: `odoo-saas/${action}`, responseMode: "responseNode", options: { rawBody: true } },
      { webhookId: `odoo-saas-${action}` },
    ),
    node(
      "Body",
      "extractFromFile",
      1.1,
      [200, 0],
      { operation: "text", binaryPropertyName: "data", destinationKey: "body", options: {} },
      { onError: "continueRegularOutput", alwaysOutputData: true },
    ),
    settingsNode([400, 0], settings),
    hmac("Signature", [600, 0], signed),
    code("Check", [800, 0], CHECK),
    condition("Is it right?", [1000, 0], "={{ $json.ok }}"),
    node(
      "Seen before",
      "removeDuplicates",
      2,
      [1200, -100],
      {
        operation: "removeItemsSeenInPreviousExecutions",
        logic: "removeItemsWithAlreadySeenKeyValues",
        dedupeValue: "={{ $json.signature }}",
        options: { scope: "workflow", historySize: 100_000 },
      },
      { alwaysOutputData: true },
    ),
    condition("Is it new?", [1400, -100], "={{ $json.ok === true }}"),
    respond("Accept", [1600, -200], 202, "={{ { id: $json.asked.id, accepted: true } }}"),
    respond(
      "Refuse a replay",
      [1600, 0],
      409,
      "={{ { message: 'the signature was used before: sign the request again' } }}",
    ),
    respond("Refuse", [1200, 100], "={{ $json.status }}", "={{ { message: $json.message } }}"),
  ];
  const loop = [
    code("Decide", [1800, -200], decideCode(action)),
    node("State", "noOp", 1, [2000, -200], {}),
    choice("Next", [2200, -200], "={{ $json.next }}", STEPS),
    ...STEPS.map((step, index) => stepNode(step, [2500, -1100 + index * 180])),
  ];
  const connections: Connections = {};
  after(connections, "Webhook", "Body");
  after(connections, "Body", "Settings");
  after(connections, "Settings", "Signature");
  after(connections, "Signature", "Check");
  after(connections, "Check", "Is it right?");
  after(connections, "Is it right?", "Seen before", "Refuse");
  after(connections, "Seen before", "Is it new?");
  after(connections, "Is it new?", "Accept", "Refuse a replay");
  after(connections, "Accept", "Decide");
  after(connections, "Decide", "State");
  after(connections, "State", "Next");
  after(connections, "Next", ...STEPS);
  for (const step of STEPS) if (step !== "Report" && step !== "Fail") after(connections, step, "Decide");
  const name = `odoo-saas: ${action} a tenant`;
  return workflow(`odoo-saas-${action}`, name, [...arrival, ...loop], connections, { errorWorkflow: ERRORS });
}

function respond(name: string, position: Node["position"], responseCode: number | string, responseBody: string): Node {
  return node(name, "respondToWebhook", 1.4, position, {
    respondWith: "json",
    responseBody,
    options: { responseCode },
  });
}

function stepNode(step: (typeof STEPS)[number], position: Node["position"]): Node {
  const message = "={{ $json.message }}";
  switch (step) {
    case "Start a run":
      return githubCall(step, position, "post");
    case "Read its log":
      return githubCall(step, position, "text");
    case "Wait":
      return node(step, "wait", 1.1, position, { amount: "={{ $json.wait }}", unit: "seconds" }, { webhookId: "wait" });
    case "Ask for approval":
      // A request goes on without its message: the pull request asks too.
      return mattermost(step, position, message, { onError: "continueRegularOutput" });
    case "Report":
      return mattermost(step, position, message);
    case "Fail":
      return node(step, "stopAndError", 1, position, { errorMessage: message });
    default:
      return githubCall(step, position, "json");
  }
}

/** Tells of every execution that failed, whatever the reason. */
function errorWorkflow(settings: Settings) {
  const message = `={{
  (() => {
    const { execution, workflow } = $('Error').first().json;
    const said = execution?.error?.message ?? 'no message';
    const url = execution?.url ? '\\n' + execution.url : '';
    if (said.includes('docs/runbooks/')) return said + url;
    return ':rotating_light: **' + workflow.name + '** stopped: ' + said + url + '\\nRunbook: ' + $('Settings').first().json.pages + '/docs/runbooks/request-failed.md';
  })()
}}`;
  const connections: Connections = {};
  after(connections, "Error", "Settings");
  after(connections, "Settings", "Tell");
  const nodes = [
    node("Error", "errorTrigger", 1, [0, 0], {}),
    settingsNode([200, 0], settings),
    mattermost("Tell", [400, 0], message),
  ];
  return workflow(ERRORS, "odoo-saas: a request failed", nodes, connections, {});
}
