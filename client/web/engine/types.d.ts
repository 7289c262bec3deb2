/** Shapes that modules of the engine share. A function says what it is for in its Python twin, which each module names. */

/** What an evaluation may know of the world; nothing else is read from it. Twin: Env in forms/evaluate.py. */
export interface Env {
  /** The record's id, from which random() and uuid() follow (chance.js). */
  seed: string;
  /** ISO date-time with offset. */
  now: string;
  /** ISO date. */
  today: string;
  tz_offset_min: number;
  username?: string;
  deviceid?: string;
  phonenumber?: string;
  email?: string;
  /** When filling in began. */
  start?: string;
  /** And ended; "" while it has not. */
  end?: string;
  /** Of the author; null: not limited by role. */
  roles?: string[] | null;
  /** Of the record, "draft" while it is filled in. */
  state?: string;
  /** Of labels; "": the form's default. */
  language?: string;
  /** Answers of this device's last finalised record of the form. */
  last_saved?: any;
  /** Choice lists from files. */
  lists?: Record<string, Table>;
}

export interface Table {
  columns: string[];
  rows: string[][];
}

/** As in the program. Those from files are made of their row when first asked for. */
export interface Choice {
  name: string;
  label: Record<string, any>;
  columns: Record<string, string>;
  /** icon, image, audio */
  [media: string]: any;
}

/** An expression that others can read. */
export interface Rule {
  path: string;
  names: string[];
  column: string;
  ast: any;
  /** The repeats of whose rows it reads its own alone, so that a change in one row asks for that row's only. */
  within: Set<string>;
  /** By a trigger, not by what it reads. */
  started: boolean;
}
