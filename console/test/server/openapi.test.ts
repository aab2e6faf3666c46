import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import { z } from "zod";
import { openApi } from "../../generate/openApi.ts";
import { ROUTES } from "../../server/routes/index.ts";

const content = z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) }));
const document = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        "x-action": z.string(),
        parameters: z.array(z.object({ name: z.string(), in: z.enum(["path", "query"]) })),
        requestBody: z.object({ content }).optional(),
        responses: z.record(z.string(), z.object({ content })),
      }),
    ),
  ),
  components: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});

describe("openapi.json", () => {
  const { paths, components } = document.parse(openApi());

  for (const { method, path, action, media, status } of ROUTES) {
    it(`has ${method.toUpperCase()} ${path}, its action and its parameters`, () => {
      const operation = paths[path]?.[method];
      assert.ok(operation !== undefined);
      assert.equal(operation["x-action"], action);
      assert.deepEqual(Object.keys(operation.responses[status]?.content ?? {}), [media]);
      const names = operation.parameters.filter(({ in: place }) => place === "path").map(({ name }) => `{${name}}`);
      assert.deepEqual(names, path.match(/\{\w+\}/g) ?? []);
      for (const refusal of ["400", "401", "429", "503"]) assert.ok(refusal in operation.responses, refusal);
    });
  }

  it("has schemas that a validator can use", () => {
    const ajv = new Ajv2020({ strictTypes: false, formats: { "date-time": true } });
    ajv.addVocabulary(["components"]);
    ajv.addSchema({ $id: "openapi", components });
    const schemas = Object.values(paths)
      .flatMap((methods) => Object.values(methods))
      .flatMap(({ requestBody, responses }) => [...(requestBody ? [requestBody] : []), ...Object.values(responses)])
      .flatMap((part) => Object.values(part.content).map(({ schema }) => schema));
    assert.ok(schemas.length > ROUTES.length);
    for (const schema of schemas) {
      const text = JSON.stringify(schema).replaceAll("#/components", "openapi#/components");
      ajv.compile(z.record(z.string(), z.unknown()).parse(JSON.parse(text)));
    }
  });
});
