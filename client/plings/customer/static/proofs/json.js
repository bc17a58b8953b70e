// JSON (RFC 8259) from strangers: JSON.parse keeps the last of a member that is there twice, and rounds large numbers.
// NaN and Infinity are numbers here, as they are in Python: so both find the same fault in a file.

const TEXT = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/.source;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/.source;
const WORD = /true|false|null|NaN|-?Infinity/.source;
const TOKEN = new RegExp(`[ \\t\\n\\r]*([{}[\\],:]|${TEXT}|${NUMBER}|${WORD})`, "y");
const DEEPEST = 500;

/** A JSON object as it was written, with what was written twice. */
export class Pairs extends Array {}

/** One value: Pairs, arrays, texts, BigInt for whole numbers, else what JSON.parse has. Raises SyntaxError. */
export function parseJson(text) {
  const tokens = readTokens(text);
  let at = 0;
  const fail = () => {
    throw new SyntaxError("it is not one JSON value");
  };
  const list = (close, item) => {
    if (tokens[at] === close) return at++;
    for (;;) {
      item();
      const token = tokens[at++];
      if (token === close) return undefined;
      if (token !== ",") fail();
    }
  };
  const value = (depth) => {
    const token = tokens[at++];
    if (token === undefined || depth > DEEPEST) fail();
    if (token === "{") {
      const pairs = new Pairs();
      list("}", () => {
        const name = tokens[at++];
        if (name?.[0] !== '"' || tokens[at++] !== ":") fail();
        pairs.push([JSON.parse(name), value(depth + 1)]);
      });
      return pairs;
    }
    if (token === "[") {
      const items = [];
      list("]", () => items.push(value(depth + 1)));
      return items;
    }
    return "}],:".includes(token) ? fail() : scalar(token);
  };
  const whole = value(0);
  return at === tokens.length ? whole : fail();
}

function readTokens(text) {
  const tokens = [];
  const end = text.replace(/[ \t\n\r]+$/, "").length;
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < end;) {
    const found = TOKEN.exec(text);
    if (!found) throw new SyntaxError("it is not JSON");
    tokens.push(found[1]);
  }
  return tokens;
}

function scalar(token) {
  if (/^-?[NI]/.test(token)) return Number(token);
  if (!/^-?[0-9]+$/.test(token)) return JSON.parse(token);
  // out of every range: a sign (-0 spells 0 again), and more digits than 2^64 has
  if (token[0] === "-") return -1n;
  return token.length > 20 ? 2n ** 64n : BigInt(token);
}
