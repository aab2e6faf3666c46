import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { prove, requireProof, requireRecent } from "../../features/requests/proof.ts";
import { RequestRefusal } from "../../features/requests/refusal.ts";
import { ACTIONS, canonical, requestOf } from "../../features/requests/request.ts";
import type { Request } from "../../features/requests/request.ts";
import { newRequester } from "../support/requesters.ts";

const NOW = new Date("2026-11-22T12:00:00Z");
const MARIA = newRequester();
const JO = newRequester();
const REQUESTERS = { "Maria-Cruz": [newRequester().publicKey, MARIA.publicKey], "jo-santos": [JO.publicKey] };
const REQUEST: Request = {
  action: "pause",
  id: "request-1",
  tenant: "acme",
  requester: "maria-cruz",
  approver: "jo-santos",
  reason: "as agreed",
};

function refused(work: () => unknown, words: RegExp): void {
  assert.throws(work, (error) => error instanceof RequestRefusal && words.test(error.message));
}

describe("the proof of who asks", () => {
  const proof = prove(REQUEST, MARIA.key, NOW);

  it("is a signature by any key of the person, at a time, and another one each time", () => {
    assert.deepEqual(requireProof(REQUEST, proof, REQUESTERS), NOW);
    assert.notEqual(prove(REQUEST, MARIA.key, NOW), proof);
    assert.deepEqual(requireProof(requestOf(canonical(REQUEST)) ?? REQUEST, proof, REQUESTERS), NOW);
  });

  it("proves no other action", () => {
    for (const action of ACTIONS.filter((other) => other !== REQUEST.action)) {
      refused(() => requireProof({ ...REQUEST, action }, proof, REQUESTERS), new RegExp(`signature of ${action} by`));
    }
  });

  it("proves no other word of the request", () => {
    for (const more of [
      { id: "request-2" },
      { tenant: "other" },
      { approver: "kim-reyes" },
      { reason: "as agreed " },
      { holdUntil: "2027-01-01" },
      { file: {} },
    ]) {
      refused(() => requireProof({ ...REQUEST, ...more }, proof, REQUESTERS), /was changed after it was signed/);
    }
  });

  it("lets nobody ask in another's name: an approver's key proves the approver alone", () => {
    refused(() => requireProof(REQUEST, prove(REQUEST, JO.key, NOW), REQUESTERS), /signed by somebody else/);
    const own = { ...REQUEST, requester: "jo-santos" };
    assert.deepEqual(requireProof(own, prove(own, JO.key, NOW), REQUESTERS), NOW);
  });

  it("counts for people of requesters.yaml only", () => {
    const other = { ...REQUEST, requester: "somebody" };
    refused(
      () => requireProof(other, prove(other, MARIA.key, NOW), REQUESTERS),
      /expected one of Maria-Cruz, jo-santos/,
    );
    refused(() => requireProof(REQUEST, proof, {}), /requesters\.yaml/);
  });

  it("is refused in any other form, time or nonce", () => {
    const [timestamp = "", nonce = "", signature = ""] = proof.split(".");
    for (const wrong of ["", nonce, `${proof}.`, `${proof}=`, ` ${proof}`, `${timestamp}..${signature}`]) {
      refused(() => requireProof(REQUEST, wrong, REQUESTERS), /has no proof/);
    }
    // The same bytes in another spelling are another proof to who looks for replays.
    const last = signature.slice(0, -1) + (signature.endsWith("A") ? "B" : "h");
    refused(() => requireProof(REQUEST, `${timestamp}.${nonce}.${last}`, REQUESTERS), /has no proof/);
    const later = `${Number(timestamp) + 1}.${nonce}.${signature}`;
    refused(() => requireProof(REQUEST, later, REQUESTERS), /was changed/);
    refused(() => requireProof(REQUEST, `${timestamp}.${"A".repeat(22)}.${signature}`, REQUESTERS), /was changed/);
  });

  it("opens a request for an hour", () => {
    for (const seconds of [-3600, 0, 3600]) requireRecent(NOW, new Date(NOW.getTime() + seconds * 1000));
    for (const seconds of [-3601, 3601]) {
      refused(
        () => requireRecent(NOW, new Date(NOW.getTime() + seconds * 1000)),
        /2026-11-22T12:00:00.000Z.*sign it again/,
      );
    }
  });

  it("is made with an Ed25519 key alone, and an error does not quote the key", () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "pem", type: "pkcs8" });
    for (const key of ["", "secret words", rsa.toString(), MARIA.publicKey]) {
      assert.throws(
        () => prove(REQUEST, key, NOW),
        (error) =>
          error instanceof RequestRefusal &&
          /is not a private Ed25519 key/.test(error.message) &&
          (key === "" || !error.message.includes(key)),
      );
    }
  });
});
