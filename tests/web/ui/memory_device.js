/**
 * A device in memory for looking at screens in states that are hard to reach for real (empty, failing, hundreds of rows).
 * A test fixture: never shipped, and no proof that the real devices work; tests/browser drives those.
 */
const minutes_ago = (n) => new Date(Date.now() - n * 60000).toISOString();

class Refusal extends Error {
  constructor(code, message_vi, details = {}) {
    super(code);
    Object.assign(this, { code, message_vi, message_en: code, details });
  }
}

const VAULT = { vault: "v1", person_name: "Tẩn Tả Mẩy (trình diễn)", demo: true, needs_reset: false };
const ROLE = { role: "team_member", label: { vi: "Thành viên Tổ Covid-19 cộng đồng", en: "Community Covid team member" }, unit: "03424-07-T1", unit_name: "Tổ 1 bản Phiêng Hoi" };

export class MemoryDevice extends EventTarget {
  /** @param {any} scene what to begin with; every key may be overridden by the page's test */
  constructor(scene = {}) {
    super();
    this.scene = { state: "open", vaults: [VAULT], records: {}, settings: { language: "vi", text_size: "normal" }, last_sync: null, receipts: [], stuck: [], notices: [], fail: {}, ...scene };
    return new Proxy(this, {
      get: (target, name) => {
        const member = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return (...given) => {
          if (target.scene.fail[name]) return Promise.reject(new Refusal(...target.scene.fail[name]));
          return member.apply(target, given);
        };
      },
    });
  }

  #tell() {
    queueMicrotask(() => this.dispatchEvent(new Event("change")));
  }

  async status() {
    const { state, vaults, date_suspect, wait_s, storage_persisted = true } = this.scene;
    return { state, vaults, vault: "v1", person: { name: VAULT.person_name, roles: [ROLE] }, device_id: "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", server_url: "https://thidua.tamduong.example/app/", demo: true, campaign: { id: "tam_duong", label: { vi: "Thi đua phòng, chống dịch Covid-19 huyện Tam Đường", en: "Tam Đường Covid-19 emulation movement" } }, app_version: "2026.11.23", storage_persisted, insecure: false, date_suspect, wait_s };
  }

  async peek_enrolment() {
    return { person_name: VAULT.person_name, unit_name: "Tổ 1 bản Phiêng Hoi, xã Bản Bo", campaign: { id: "tam_duong", label: { vi: "Thi đua phòng, chống dịch Covid-19 huyện Tam Đường" } }, demo: true };
  }

  async enrol() { this.scene.state = "open"; return this.status(); }

  async unlock({ pin }) {
    if (pin !== "123456") throw new Refusal("vault.wrong_pin", "Mã PIN không đúng.", { wait_s: this.scene.wait_after ?? 0 });
    this.scene.state = "open";
    return this.status();
  }

  async lock() { this.scene.state = "locked"; return this.status(); }
  async forgot_pin() { this.scene.vaults = [{ ...VAULT, needs_reset: true }]; this.scene.state = "needs_pin_reset"; return { sent: 2, waiting: 1 }; }
  async settings() { return this.scene.settings; }
  async set_settings(changed) { return Object.assign(this.scene.settings, changed); }

  #counts() {
    const counts = { draft: 0, waiting: 0, received: 0, has_issues: 0, approved: 0, rejected: 0 };
    for (const record of Object.values(this.scene.records)) counts[record.phase] += 1;
    return counts;
  }

  async home() {
    const forms = this.scene.forms ?? await Promise.all(["support_case", "achievement"].map(async (form_id) => {
      const { version, title, settings } = await this.program({ form_id });
      return { form_id, version, title, icon: settings.icon, description: settings.description };
    }));
    const counts = this.#counts();
    return { forms, counts, last_sync: this.scene.last_sync, unsent: counts.waiting, sync: this.scene.sync ?? { running: false, phase: "", done: 0, total: 0 }, notices: this.scene.notices };
  }

  async program({ form_id }) {
    return (await fetch(`/programs/${form_id}.json`)).json();
  }

  async env() {
    const now = new Date(Date.now() + 7 * 3600e3).toISOString().replace("Z", "+07:00");
    return { now, today: now.slice(0, 10), tz_offset_min: 420, username: VAULT.person_name, deviceid: "d", phonenumber: "", roles: ["team_member"] };
  }

  async start({ form_id }) {
    const rec = crypto.randomUUID();
    const { version } = await this.program({ form_id });
    this.scene.records[rec] = { rec, form: { id: form_id, version }, phase: "draft", state: "draft", state_label: "", answers: {}, editable: true, remarks: [], history: [], pending: [], conflicts: [], at: minutes_ago(0), draft: { answers: {}, saved_at: minutes_ago(0) } };
    return { rec, form: { id: form_id, version }, answers: {}, draft: true };
  }

  #record(rec) {
    const record = this.scene.records[rec];
    if (!record) throw new Refusal("record.unknown", "Không tìm thấy phiếu này trên máy.");
    return record;
  }

  async open({ rec }) { return structuredClone(this.#record(rec)); }

  async save_draft({ rec, answers, position }) {
    const record = this.#record(rec);
    record.draft = { answers, position, saved_at: new Date().toISOString() };
    record.title = answers.person?.full_name ?? record.title;
    return { saved_at: record.draft.saved_at };
  }

  async discard_draft({ rec }) { this.scene.undo = this.scene.records[rec]; delete this.scene.records[rec]; return { undo_token: rec }; }
  async restore_draft({ undo_token }) { this.scene.records[undo_token] = this.scene.undo; return { rec: undo_token }; }

  async finalise({ rec }) {
    const record = this.#record(rec);
    Object.assign(record, { phase: "waiting", state: "submitted", answers: record.draft.answers, draft: undefined, pending: [{ h: rec, type: "submit", at: new Date().toISOString() }] });
    this.#tell();
    return { h: rec, n: 1, waiting: true };
  }

  async list({ phase, query, limit = 50 }) {
    const found = Object.values(this.scene.records).filter((record) => (!phase || record.phase === phase) && (!query || record.title?.includes(query)));
    return { rows: found.slice(0, limit).map((r) => ({ rec: r.rec, form_id: r.form.id, title: r.title, subtitle: r.subtitle, phase: r.phase, state: r.state, state_label: r.state_label, at: r.at, attention: r.phase === "has_issues", pending: r.pending.length > 0 })), total: found.length, counts: this.#counts() };
  }

  async void() { return { h: "h" }; }
  async comment({ rec }) { this.#record(rec).pending.push({ h: "c", type: "comment", at: new Date().toISOString() }); this.#tell(); return { h: "c" }; }
  async sync() { this.scene.sync = { running: true, phase: "push", done: 1, total: 3 }; this.#tell(); return { started: true }; }

  async outbox() {
    const waiting = Object.values(this.scene.records).filter(({ phase }) => phase === "waiting").map(({ rec, title, at }, i) => ({ rec, title, n: i + 1, at }));
    return { waiting, stuck: this.scene.stuck, receipts: this.scene.receipts, as_of: minutes_ago(0) };
  }
}
