// Base58 in Bitcoin's alphabet, where `1` is the digit zero. One text for one value.

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
export const isBase58 = (text) => [...text].every((character) => ALPHABET.includes(character));

/** The number that base58 digits are, most significant first. They must be of the alphabet. */
export function toNumber(text) {
  let number = 0n;
  for (const character of text) number = number * 58n + BigInt(ALPHABET.indexOf(character));
  return number;
}

/** The bytes of a text of the alphabet: leading `1`s are leading zero bytes. */
export function decode(text) {
  const number = toNumber(text);
  const hex = number ? number.toString(16) : "";
  const zeros = text.length - text.replace(/^1+/, "").length;
  return new Uint8Array([...new Array(zeros).fill(0), ...fromHex(hex)]);
}

/** The text of bytes. */
export function encode(bytes) {
  let number = 0n;
  let zeros = 0;
  for (const byte of bytes) {
    number = number * 256n + BigInt(byte);
    if (!number) zeros += 1;
  }
  let text = "";
  for (; number; number /= 58n) text = ALPHABET[Number(number % 58n)] + text;
  return "1".repeat(zeros) + text;
}

const fromHex = (hex) =>
  (hex.padStart(hex.length + (hex.length % 2), "0").match(/../g) ?? []).map((pair) => parseInt(pair, 16));
