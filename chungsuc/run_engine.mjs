/** The JavaScript evaluator for the command line: {program, answers, env} on stdin, {path: state} of all nodes on stdout. */
import { readFileSync } from "node:fs";
import { Instance } from "../client/web/engine/index.js";

const { program, answers, env } = JSON.parse(readFileSync(0, "utf-8"));
const instance = new Instance(program, { answers, env });

/** @param {any[]} views @returns {string[]} */
const paths = (views) => views.flatMap((view) => [view.path, ...paths(view.children ?? []), ...(view.rows ?? []).flatMap((row) => paths(row.children))]);
process.stdout.write(JSON.stringify(Object.fromEntries(paths(instance.tree()).map((path) => [path, instance.state(path)]))));
