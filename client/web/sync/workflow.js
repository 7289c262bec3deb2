/** A form's workflow as data: who may do what in which state. Reads the plain JSON of workflow.json. The twin of sync/workflow.py. */

/** @typedef {any} Workflow an entry of workflow.json's "workflows" */

/** A state's entry; one that the campaign no longer has is locked and keeps its name as label. @param {Workflow|undefined} workflow @param {string} name */
export function state_of(workflow, name) {
  return workflow?.states[name] ?? { label: { vi: name, en: name }, phase: "received", open: false };
}

/** @param {string[]|undefined} allowed @param {string[]} held */
function shares(allowed, held) {
  return (allowed ?? []).some((role) => held.includes(role));
}

/** The steps these roles may take now, in the campaign's order. @param {Workflow|undefined} workflow @param {string} state @param {string[]} roles @returns {[string, any][]} */
export function steps_for(workflow, state, roles) {
  return /** @type {[string, any][]} */ (Object.entries(workflow?.steps ?? {})).filter(([, step]) => step.from.includes(state) && shares(step.roles, roles));
}

/**
 * The states in which these roles' next step onward is due. Whoever moves records on from "received" is asked for
 * those; the others for the states their steps begin in.
 * @param {Workflow|undefined} workflow @param {string[]} roles @returns {string[]}
 */
export function due_states(workflow, roles) {
  const onward = Object.values(workflow?.steps ?? {}).filter((/** @type {any} */ step) => shares(step.roles, roles) && step.tone !== "attention");
  const states = [...new Set(onward.flatMap((/** @type {any} */ step) => step.from))].sort();
  const received = states.filter((state) => state_of(workflow, state).phase === "received");
  return received.length ? received : states;
}

/**
 * Where an op that waits leads, as far as its author can know; the same state where the table forbids it.
 * @param {Workflow|undefined} workflow @param {string} state @param {{type: string, action?: string}} op
 * @param {Record<string, string[]>} roles action of roles.json → the author's roles for it in the record's unit
 * @returns {string}
 */
export function state_after(workflow, state, { type, action }, roles) {
  const held = roles[type] ?? [];
  if (type === "submit") return workflow?.initial ?? "submitted";
  if (type === "step") return steps_for(workflow, state, held).find(([name]) => name === action)?.[1].to ?? state;
  const writer = state_of(workflow, state)[type];
  if (!shares(writer?.roles, held)) return state;
  return type === "void" ? "void" : (writer.to ?? state);
}
