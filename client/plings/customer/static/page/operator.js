// The operator's view: what was sold by whom, how far the index is, what needs a look, and what pools have left.

import { count, duration, sol } from "./figures.js";
import { ask, NotDone } from "./server.js";
import { say, text } from "./texts.js";

const form = document.querySelector("#token");
const view = document.querySelector("#figures");

function made(tag, content, className = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...[content].flat());
  return element;
}

const card = (title, ...content) => made("section", [made("h2", text(title)), ...content], "card");
const none = (name) => made("p", text(name), "soft");

function figures(told) {
  const lag = told.lag_seconds === null ? text("operator.unknown") : duration(told.lag_seconds);
  const rows = [
    ["lag", lag],
    ["slot", told.slot === null ? "–" : count(told.slot)],
  ];
  rows.push(["gaps", count(told.gaps)], ["missing", count(told.missing_leaves)]);
  const list = rows.map(([name, value]) => made("div", [made("dt", text(`operator.${name}`)), made("dd", value)]));
  return card("operator.index", made("dl", list, "figures"));
}

/** What may be wider than the page. */
function scrolled(content, label) {
  const scroll = made("div", content, "scroll");
  scroll.tabIndex = 0; // so that a keyboard scrolls it, too
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", label);
  return scroll;
}

/** The plot as a picture, and the same in words behind it. */
function plot({ title, svg, text: words }) {
  const image = made("img", "");
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  image.alt = title;
  image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
  const details = made("details", [made("summary", text("operator.words")), made("p", words)]);
  return made("section", [made("h2", title), scrolled(made("figure", image, "plot"), title), details], "card");
}

function table(title, empty, columns, rows) {
  if (!rows?.length) return card(title, none(rows ? empty : "operator.unknown"));
  const head = columns.map(([name, , isNumber]) => {
    const cell = made("th", text(`operator.${name}`), isNumber ? "number" : "");
    cell.scope = "col";
    return cell;
  });
  const body = rows.map((row) =>
    made(
      "tr",
      columns.map(([, value, isNumber]) => made("td", value(row), isNumber ? "number" : "")),
    ),
  );
  const whole = made("table", [made("thead", made("tr", head)), made("tbody", body)]);
  return card(title, scrolled(whole, text(title)));
}

/** Days of one manufacturer and tier, added up. */
function summed(sales) {
  const sums = new Map();
  for (const { prefix, name, tier, count: sold, amount_lamports: lamports } of sales) {
    const sum = sums.get(`${prefix} ${tier}`) ?? { who: name ?? prefix, tier, sold: 0, lamports: 0n };
    sums.set(`${prefix} ${tier}`, { ...sum, sold: sum.sold + sold, lamports: sum.lamports + BigInt(lamports) });
  }
  return [...sums.values()].sort((one, other) => (one.lamports < other.lamports ? 1 : -1));
}

function show(told) {
  const sales = [
    ["maker", (row) => row.who],
    ["tier", (row) => text(`operator.tier.${row.tier}`)],
  ];
  sales.push(["sold", (row) => count(row.sold), true], ["amount", (row) => sol(row.lamports), true]);
  const alerts = [
    ["severity", (row) => row.severity],
    ["alert", (row) => row.type],
    ["open", (row) => count(row.count), true],
  ];
  const pools = [
    ["maker", (row) => row.name ?? row.prefix],
    ["left", (row) => sol(BigInt(row.available_lamports)), true],
  ];
  pools.push(["each", (row) => sol(BigInt(row.per_item_lamports)), true]);
  pools.push(["sponsored", (row) => `${sol(BigInt(row.sponsored_lamports))} (${count(row.sponsored_count)})`, true]);
  view.replaceChildren(
    figures(told),
    ...told.plots.map(plot),
    table("operator.sales", "operator.no_sales", sales, summed(told.sales)),
    table("operator.alerts", "operator.no_alerts", alerts, told.alerts),
    table("operator.pools", "operator.no_pools", pools, told.pools),
  );
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const status = form.querySelector("[role=status]");
  try {
    show(await ask("/v1/operator", undefined, { authorization: `Bearer ${form.token.value}` }));
    say(status, "", "");
  } catch (error) {
    if (!(error instanceof NotDone)) throw error;
    say(status, "bad", text(error.rule === "token" ? "operator.refused" : "operator.away"));
  }
});
form.hidden = false;
