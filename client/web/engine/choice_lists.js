/** A list of choices as a form runs it: inline ones of the program and those from files alike, found by index. Twin: forms/choice_lists.py. */

/** @typedef {import("./types").Choice} Choice */
/** @typedef {import("./types").Table} Table */

export class ChoiceList {
  /** @type {Map<number, Choice>} */
  #made = new Map();
  /** @type {Map<string, Map<string, number[]>>} */
  #indexes = new Map();

  /**
   * @param {Choice[]|Table} source choices as in the program, or the table of a file
   * @param {{value?: string, label?: string, language?: string}} [columns] of a file: which hold name and label; what a plain label speaks
   */
  constructor(source, { value = "name", label = "label", language = "" } = {}) {
    this.source = source;
    this.inline = Array.isArray(source);
    /** @type {any[]} */
    this.rows = Array.isArray(source) ? source : source.rows;
    this.at = new Map(Array.isArray(source) ? [] : source.columns.map((name, at) => /** @type {[string, number]} */ ([name, at])).reverse());
    this.value = value;
    /** The column that holds the name. */
    this.key = this.inline ? "name" : value;
    this.label = label;
    this.language = language;
  }

  /** @returns {Choice[]} */
  all() {
    return this.inline ? this.rows : this.rows.map((_, number) => this.choice(number));
  }

  /** The choice at this place, from 0. @param {number} number @returns {Choice} */
  choice(number) {
    if (this.inline) return this.rows[number];
    let made = this.#made.get(number);
    if (!made) {
      const row = this.rows[number];
      /** @type {Record<string, string>} */
      const columns = Object.fromEntries([...this.at].filter(([, at]) => at < row.length).map(([name, at]) => [name, row[at]]));
      made = { name: columns[this.value] ?? "", label: this.#label(columns), columns };
      this.#made.set(number, made);
    }
    return made;
  }

  /** @param {string} column @param {string} text @returns {Choice[]} */
  where(column, text) {
    return this.numbers(column, text).map((number) => this.choice(number));
  }

  /** @param {string} column @param {string} text @returns {number[]} */
  numbers(column, text) {
    let index = this.#indexes.get(column);
    if (!index) {
      this.#indexes.set(column, (index = new Map()));
      const at = this.at.get(column) ?? -1;
      for (let number = 0; number < this.rows.length; number++) {
        const row = this.rows[number];
        const value = this.inline ? column_of(row, column) : row[at] ?? "";
        const found = index.get(value);
        if (found) found.push(number);
        else index.set(value, [number]);
      }
    }
    return index.get(text) ?? [];
  }

  /** @param {string} name */
  named(name) {
    return this.where(this.key, name);
  }

  /** @param {string[]} names */
  in_order(names) {
    const places = new Map(names.map((name) => [name, this.numbers(this.key, name)[0] ?? this.rows.length]));
    return [...names].sort((a, b) => /** @type {number} */ (places.get(a)) - /** @type {number} */ (places.get(b)));
  }

  /** @param {Record<string, string>} columns */
  #label(columns) {
    const mark = `${this.label}::`;
    const plain = columns[this.label] || columns[this.value];
    const texts = Object.entries(columns).filter(([name, text]) => name.startsWith(mark) && text).map(([name, text]) => [name.slice(mark.length), text]);
    return { ...(plain && { [this.language]: plain }), ...Object.fromEntries(texts) };
  }
}

/** @param {Choice} choice @param {string} column */
export function column_of({ name, columns }, column) {
  const found = Object.hasOwn(columns, column) ? columns[column] : undefined;
  return String(found ?? (column === "name" ? name : ""));
}
