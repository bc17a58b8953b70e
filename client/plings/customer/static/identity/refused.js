// What is wrong with something from outside: which part of it, by which rule, and a sentence for who looks closer.

export class Refused extends Error {
  constructor(part, rule, reason) {
    super(`${part}: ${reason}`);
    this.part = part;
    this.rule = rule;
    this.reason = reason;
  }
}
