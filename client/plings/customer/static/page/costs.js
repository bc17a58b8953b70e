// What a payment of another amount than the page was made for would cost, and where the money would go.

import { sol } from "./figures.js";
import { ask } from "./server.js";
import { text } from "./texts.js";

const PAUSE_MS = 400;

/**
 * Keeps `costs`, the page's own list, with what `lamports()` says now: call what it gives after each change. While
 * nothing is known of an amount there is no list. `refused` is told the rule by which that amount would not be taken.
 */
export function costsOf(costs, query, lamports, refused) {
  let latest = 0;
  return async function changed() {
    const asking = ++latest;
    costs.hidden = true;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (asking !== latest) return;
    try {
      const { sale } = await ask(`/v1/view?${query}&amount=${lamports()}`);
      if (asking !== latest) return;
      if (sale.why_not.length) refused(sale.why_not[0].code);
      else show(costs, sale);
    } catch (error) {
      if (asking === latest) refused(error.rule);
    }
  };
}

function show(costs, sale) {
  costs.querySelector("p").textContent = text(`tier.${sale.tier}`);
  const rows = Object.entries(sale.shares).map(([who, amount]) => [`share.${who}`, amount]);
  rows.push(["costs.rent", sale.rent_lamports + sale.sponsor_lamports]);
  if (sale.sponsor_lamports) rows.push(["costs.sponsored", -sale.sponsor_lamports]);
  rows.push(["costs.network", sale.network_fee_lamports], ["costs.total", sale.total_lamports]);
  costs.querySelector("dl").replaceChildren(...rows.map(([name, amount]) => row(text(name), amount)));
  costs.hidden = false;
}

function row(name, amount) {
  const [line, term, said] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
  [term.textContent, said.textContent] = [name, `${amount < 0 ? "−" : ""}${sol(BigInt(Math.abs(amount)))}`];
  line.append(term, said);
  return line;
}
