// SHA-256 (FIPS 180-4). WebCrypto has it only as a promise and only on https; a proof needs some hundred in a row.

const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);

// the first 32 bits of the fractional part of a root, exactly: a double has not enough of them for a cube root
function fraction(prime, root) {
  const wanted = BigInt(prime) << BigInt(32 * root);
  let [low, high] = [0n, 1n << 40n];
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** BigInt(root) <= wanted) low = middle;
    else high = middle;
  }
  return Number(low & 0xffffffffn) | 0;
}
const START = primes.slice(0, 8).map((prime) => fraction(prime, 2));
const ROUNDS = primes.map((prime) => fraction(prime, 3));

const rotate = (word, bits) => (word >>> bits) | (word << (32 - bits));

/** The 32-byte hash of bytes, which are at most 512 MB. */
export function sha256(message) {
  const padded = new Uint8Array((((message.length + 8) >> 6) << 6) + 64);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, message.length << 3);
  const state = [...START];
  for (let at = 0; at < padded.length; at += 64) compress(state, view, at);
  const hash = new DataView(new ArrayBuffer(32));
  state.forEach((word, at) => hash.setInt32(at * 4, word));
  return new Uint8Array(hash.buffer);
}

function compress(state, view, at) {
  const words = [];
  for (let i = 0; i < 64; i++) words.push(i < 16 ? view.getInt32(at + i * 4) : extended(words, i));
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const one = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[i] + words[i];
    const two = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = (state[i] + word) | 0));
}

function extended(words, i) {
  const [early, late] = [words[i - 15], words[i - 2]];
  const one = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
  const two = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
  return (words[i - 16] + one + words[i - 7] + two) | 0;
}
