// Questions to our own server. Each is bounded in time, and none follows a redirect.

const SECONDS = 20;

/** The server said no (`rule`, and a sentence of its own), or said nothing (rule `unreachable`). */
export class NotDone extends Error {
  constructor(rule, message = "") {
    super(message);
    this.rule = rule;
  }
}

/** The JSON that the server answers. With a body it is a POST. Raises NotDone. */
export async function ask(path, body = undefined, headers = {}) {
  const json = { "content-type": "application/json", ...headers };
  const how = body ? { method: "POST", headers: json, body: JSON.stringify(body) } : { headers };
  let response;
  let answer;
  try {
    const signal = AbortSignal.timeout(SECONDS * 1000);
    response = await fetch(path, { ...how, redirect: "error", credentials: "omit", signal });
    answer = await response.json();
  } catch {
    throw new NotDone("unreachable");
  }
  if (response.ok) return answer;
  throw new NotDone(answer.rule ?? answer.code ?? String(response.status), answer.message ?? answer.detail ?? "");
}

/** The bytes of base64, and the other way round. */
export const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
export const toBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
