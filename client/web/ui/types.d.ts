/** Shapes the screens pass around. Read by the type checker only, never sent to a phone. */

export type Text = string | Record<string, any>;

export interface Vault { vault: string; person_name: string; demo: boolean; needs_reset: boolean }

export interface Status {
  state: "new" | "locked" | "open" | "needs_pin_reset";
  vaults: Vault[];
  vault?: string;
  person?: { name: string; roles: { role: string; label: Text; unit: string; unit_name: string }[] };
  /** This person may decide about records of others, or correct them. */
  reviews?: boolean;
  device_id?: string;
  server_url: string;
  demo: boolean;
  /** question_audio: the form whose records are questions read aloud. */
  campaign?: { id: string; label: Text; urgent?: any[]; hotlines?: any[]; question_audio?: string };
  app_version: string;
  storage_persisted: boolean;
  insecure: boolean;
  /** Records are made for training, and are not of the campaign. */
  practice?: boolean;
  date_suspect?: { device_date: string; server_date: string };
  wait_s?: number;
}

/** ARCHITECTURE.md lists the methods; each takes and gives one plain object. */
export type Device = EventTarget & Record<string, (request: any) => Promise<any>>;

export interface Context {
  device: Device;
  status: Status;
  /** "browser" or "loopback": said once, for the page about this app. */
  kind: string;
  /** The day a person gave when the device's date was doubtful (P-05). */
  confirmed_date?: string;
  go(hash: string): void;
  /** One line at the foot of the screen, read out; undo offers to take the act back. */
  say(text: string, undo?: () => unknown): void;
  /** Reads the device's status again and shows the screen that fits it. */
  settle(): Promise<void>;
  /** Language or text size changed: everything is drawn again. */
  restyle(settings: any): Promise<void>;
  /** Goes on over a device for training; null: ends it, and what was filled in there is gone. */
  practise(device: Device | null): Promise<void>;
}

/** A node of a form's program, docs/form-language.md. */
export interface Spec {
  kind: "question" | "group" | "repeat";
  type: string;
  name: string;
  path: string;
  label?: Text;
  hint?: Text;
  guidance_hint?: Text;
  appearance?: string;
  parameters?: any;
  list?: string;
  children?: Spec[];
  [key: string]: any;
}

export interface Choice { name: string; label: Text; icon?: string }

export interface Remark { path?: string; text: string; by?: any; role?: any; at?: string }
