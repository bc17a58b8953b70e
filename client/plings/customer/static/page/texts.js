// What scripts say is in the page, in the page's language, so that a script holds no sentence of its own.

const entry = (name) => document.querySelector(`#texts [data-text="${CSS.escape(name)}"]`);

/** The text of a name; that of `otherwise` where the page has none. `{this}` in it becomes the value of that name. */
export function text(name, values = {}, otherwise = name) {
  const found = (entry(name) ?? entry(otherwise))?.textContent ?? name;
  return found.replace(/\{(\w+)\}/g, (whole, value) => values[value] ?? whole);
}

/** Puts a text where a screen reader hears it, with its state for the eye. */
export function say(element, state, message) {
  element.dataset.state = state;
  element.textContent = message;
  element.hidden = false;
}
