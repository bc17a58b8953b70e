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
  return JSON.parse(await answered(path, how));
}

/** A file as it is: JSON.parse would round the numbers in a receipt. Raises NotDone. */
export const fetchFile = (path) => answered(path, {});

async function answered(path, how) {
  let response;
  let text;
  try {
    const signal = AbortSignal.timeout(SECONDS * 1000);
    response = await fetch(path, { ...how, redirect: "error", credentials: "omit", signal });
    text = await response.text();
  } catch {
    throw new NotDone("unreachable");
  }
  if (response.ok) return text;
  throw refusal(response.status, text);
}

function refusal(status, text) {
  try {
    const { rule, message, detail } = JSON.parse(text);
    return new NotDone(rule ?? String(status), message ?? detail);
  } catch {
    return new NotDone(String(status)); // whoever is in front of the server answered
  }
}

/** The bytes of base64, and the other way round. */
export const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
export const toBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
