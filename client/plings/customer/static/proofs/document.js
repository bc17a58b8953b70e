// Documents from strangers, read part by part as plings.proofs.document does: what is wrong is said of a part by name.

import { parseAddress } from "../identity/address.js";
import { decode, isBase58 } from "../identity/base58.js";
import { Refused } from "../identity/refused.js";
import { Pairs, parseJson } from "./json.js";

const LONGEST = 16 * 1024;
const MOST_HASHES = 64;
export const U64 = 2n ** 64n - 1n;
export const UNIX = 2n ** 63n - 1n;

/** A value of a document and its name: `receipt.leaf.number`, `receipt.proof.3`. */
class Part {
  constructor(name, value) {
    this.name = name;
    this.value = value;
  }

  refuse(rule, reason) {
    throw new Refused(this.name, rule, reason);
  }

  /** An object's members by name. Rules: `type`, `repeated`, `unknown`, `missing`. */
  members(required, optional = []) {
    const members = this.allMembers();
    for (const name of Object.keys(members))
      if (!required.includes(name) && !optional.includes(name)) this.refuse("unknown", "it has an unknown member");
    for (const name of required) if (!(name in members)) this.refuse("missing", `its member ${name} is missing`);
    return members;
  }

  allMembers() {
    if (!(this.value instanceof Pairs)) this.refuse("type", "it is no JSON object");
    const members = Object.create(null); // a member may be called __proto__
    for (const [name, value] of this.value) {
      if (name in members) this.refuse("repeated", "a member is there twice");
      members[name] = new Part(`${this.name}.${name}`, value);
    }
    return members;
  }

  /** A whole number, BigInt, from 0 to `most`. Rules: `type`, `range`. */
  number(most) {
    if (typeof this.value !== "bigint") this.refuse("type", "it is no whole number");
    if (this.value < 0n || this.value > most) this.refuse("range", `it is not from 0 to ${most}, without a sign`);
    return this.value;
  }

  text() {
    if (typeof this.value !== "string") this.refuse("type", "it is no text");
    return this.value;
  }

  /** 32 bytes in base58. */
  key() {
    return parseAddress(this.text(), this.name);
  }

  /** 32 bytes in base64. Rules: `type`, `base64`, `size`. */
  hash() {
    let bytes;
    try {
      bytes = atob(this.text());
    } catch (error) {
      if (error instanceof Refused) throw error;
      this.refuse("base64", "it is no base64");
    }
    // unused bits, and spaces, would spell one hash in several ways
    if (btoa(bytes) !== this.value) this.refuse("base64", "it is not the base64 of its bytes");
    if (bytes.length !== 32) this.refuse("size", `it is ${bytes.length} bytes and not 32`);
    return Uint8Array.from(bytes, (character) => character.charCodeAt(0));
  }

  /** An array of up to 64 hashes. Rules: `type`, `too_many`, and those of `hash`. */
  hashes() {
    if (!Array.isArray(this.value) || this.value instanceof Pairs) this.refuse("type", "it is no JSON array");
    if (this.value.length > MOST_HASHES) this.refuse("too_many", `it has more than ${MOST_HASHES} hashes`);
    return this.value.map((value, at) => new Part(`${this.name}.${at}`, value).hash());
  }

  /** 64 bytes in base58. Rules: `type`, `length`, `alphabet`, `size`. */
  signature() {
    const text = this.text();
    if (text.length < 64 || text.length > 88) this.refuse("length", "it has not 64 to 88 characters");
    if (!isBase58(text)) this.refuse("alphabet", "it has a character that is not base58");
    if (decode(text).length !== 64) this.refuse("size", "it is not 64 bytes");
    return text;
  }
}

/** A document, without `format` and `version`. Rules: `too_long`, `not_utf8`, `not_json`, `format`, `version`. */
export function readDocument(bytes, name, format, version) {
  const whole = new Part(name, parsed(bytes, new Part(name)));
  const { format: form, version: number, ...rest } = whole.allMembers();
  if (form?.value !== format) whole.refuse("format", `its format is not "${format}"`);
  if (number?.number(U64) !== version) whole.refuse("version", `its version is not ${version}`);
  return new Part(name, Pairs.from(Object.entries(rest).map(([member, part]) => [member, part.value])));
}

function parsed(bytes, whole) {
  if (bytes.length > LONGEST) whole.refuse("too_long", `it has more than ${LONGEST} bytes`);
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    whole.refuse("not_utf8", "it is not UTF-8 text");
  }
  try {
    return parseJson(text);
  } catch {
    return whole.refuse("not_json", "it is not one JSON value");
  }
}
