// Amounts and times as the page's language writes them.

const language = document.documentElement.lang;

/** `1.5 SOL` of 1,500,000,000 lamports (BigInt), exactly. */
export function sol(lamports) {
  const parts = new Intl.NumberFormat(language, { minimumFractionDigits: 1 }).formatToParts(0.1);
  const point = parts.find(({ type }) => type === "decimal").value;
  const whole = new Intl.NumberFormat(language).format(lamports / 1_000_000_000n);
  const rest = String(lamports % 1_000_000_000n)
    .padStart(9, "0")
    .replace(/0+$/, "");
  return `${whole}${rest && point + rest} SOL`;
}

/** A time of the chain (unix seconds), or its bare number where no calendar has it. */
export function time(unix) {
  const date = new Date(Number(unix) * 1000);
  if (Number.isNaN(date.getTime())) return String(unix);
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" }).format(date);
}

/** How long, in the unit that says it in a few digits. */
export function duration(seconds) {
  const [unit, size] = [
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
    ["second", 1],
  ].find(([, each]) => seconds >= each) ?? ["second", 1];
  const told = { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language, told).format(seconds / size);
}

export const count = (number) => new Intl.NumberFormat(language).format(number);
