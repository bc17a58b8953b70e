// Paths of objects. The rules are those of plings.identity.path and plings.identity.segment.

import { isBase58, toNumber } from "./base58.js";
import { Refused } from "./refused.js";

const [FEWEST, MOST, LONGEST] = [4, 16, 96];
const LIMIT = 2n ** 31n;

/** A checked path: its text, its prefix, and the part before batch and instance, which the class pointer hashes. */
export function parsePath(text, part = "path") {
  const refuse = (rule, reason) => {
    throw new Refused(part, rule, reason);
  };
  if (!text) refuse("empty", "a path has segments");
  if (text.length > LONGEST) refuse("too_long", `it has more than ${LONGEST} bytes`);
  const segments = text.split(".");
  if (segments.length < FEWEST) refuse("too_few_segments", `it has ${segments.length} of at least ${FEWEST} segments`);
  if (segments.length > MOST) refuse("too_many_segments", `it has ${segments.length} of at most ${MOST} segments`);
  segments.forEach((segment, at) => checkSegment(segment, (rule, why) => refuse(rule, `segment ${at + 1}: ${why}`)));
  if (!/^[1-9]+$/.test(segments[0])) refuse("wallet_digits", "the wallet is not written in the digits 1 to 9");
  const wallet = toNumber(segments[0]);
  if (wallet < 1n || wallet > 255n) refuse("wallet_range", `the wallet is number ${wallet}, not 1 to 255`);
  return { text, prefix: segments.slice(0, 2).join("."), pathToPointer: segments.slice(0, -2).join(".") };
}

function checkSegment(text, refuse) {
  if (!text) refuse("empty", "a segment has at least one character");
  if (text[0] === "1" && text !== "1") refuse("leading_one", "a number is not written with leading ones");
  if (text[0] === "-") refuse("dash_marker", "dash class markers are legacy");
  if (text.length > 6) refuse("too_large", "more than 6 characters are never below 2^31");
  if (!isBase58(text)) refuse("alphabet", "it has a character that is not base58");
  if (toNumber(text) >= LIMIT) refuse("too_large", "it is not below 2^31");
}
