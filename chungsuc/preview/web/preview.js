/** The page beside the screens of a form that is being written: its problems, what each question is, what would be sent. */
import { Instance } from "/app/engine/instance.js";
import { to_text } from "/app/engine/values.js";

const WORDS = {
  vi: {
    title: "Xem trước", language: "Ngôn ngữ", role: "Vai trò", state: "Trạng thái", width: "Màn hình", phone: "Điện thoại", laptop: "Máy tính",
    again: "Làm lại từ đầu", problems: "Lỗi và lưu ý", none: "Biểu mẫu không có lỗi.", values: "Câu hỏi lúc này", question: "Câu hỏi", value: "Giá trị",
    shown: "Hiện", told: "Báo lỗi", yes: "có", no: "không", everybody: "Mọi vai trò", record: "Bản ghi sẽ gửi",
    unsent: "Bấm “Hoàn tất, chờ gửi” trên biểu mẫu để xem bản ghi. Không có gì được gửi đi.", agree: "Hai bộ máy khớp nhau", differ: "Hai bộ máy khác nhau: {n}",
    nothing: "Chưa có biểu mẫu nào mở được. Sửa các lỗi bên cạnh rồi lưu tệp: trang này tự cập nhật.", older: "Màn hình đang hiện bản trước khi có lỗi.",
    gone: "Lệnh xem trước đã dừng. Chạy lại để tiếp tục.",
  },
  en: {
    title: "Preview", language: "Language", role: "Role", state: "State", width: "Screen", phone: "Phone", laptop: "Laptop",
    again: "Begin again", problems: "Problems and advice", none: "Nothing is wrong with the form.", values: "Questions now", question: "Question", value: "Value",
    shown: "Shown", told: "Says", yes: "yes", no: "no", everybody: "Every role", record: "The record to be sent",
    unsent: "Finish the form to see the record. Nothing is sent.", agree: "Both evaluators agree", differ: "The evaluators differ: {n}",
    nothing: "No version of the form can be opened yet. Correct what is wrong beside this and save the file: the page follows.", older: "The screens show the version before the problem.",
    gone: "The preview was ended. Run it again to go on.",
  },
};
const COMPARED = ["relevant", "required", "read_only", "valid", "value"];
const RETRY_MS = 1500;

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const choices = /** @type {HTMLFormElement} */ ($("choices"));
let shown = -1;
/** @type {Record<string, string>} */
let words = WORDS.vi;

/** @param {string} name @returns {HTMLSelectElement} of the head */
function select_of(name) {
  return /** @type {HTMLSelectElement} */ (choices.elements.namedItem(name));
}

/** @param {string} tag @param {string} text @param {string} [name] class */
function made(tag, text, name) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (name) element.className = name;
  return element;
}

/** Goes on asking; each answer comes when something changed. */
async function follow() {
  for (let since = -1; ; ) {
    try {
      const response = await fetch(`behind?since=${since}`);
      if (!response.ok) throw new Error(String(response.status));
      const behind = await response.json();
      $("gone").hidden = true;
      if (behind.changes !== since) show(behind);
      since = behind.changes;
    } catch {
      $("gone").textContent = words.gone;
      $("gone").hidden = false;
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
  }
}

/** @param {any} behind */
function show(behind) {
  const { language } = behind.choices;
  words = language === "vi" ? WORDS.vi : WORDS.en;
  document.documentElement.lang = language === "vi" ? "vi" : "en";
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = words[element.getAttribute("data-t") ?? ""];
  const { program } = behind;
  const title = program ? program.title[language] ?? program.title[program.default_language] : "";
  $("title").textContent = [words.title, title].filter(Boolean).join(" · ");
  document.title = $("title").textContent ?? "";
  $("file").textContent = behind.file;
  offer("language", program ? Object.fromEntries(program.languages.map((/** @type {string} */ code) => [code, code])) : { vi: "vi", en: "en" }, language);
  offer("role", { "": words.everybody, ...labels(behind.roles, language) }, behind.choices.role);
  offer("state", labels(behind.states_known, language), behind.choices.state);
  for (const option of select_of("width").options) option.textContent = words[option.value];
  show_problems(behind, language);
  show_screens(behind);
  show_values(behind);
  $("unsent").textContent = behind.finalised ? "" : words.unsent;
  $("record").hidden = !behind.finalised;
  $("record").textContent = behind.finalised ? JSON.stringify(behind.finalised, null, 1) : "";
}

/** @param {Record<string, any>} named @param {string} language */
function labels(named, language) {
  return Object.fromEntries(Object.entries(named).map(([name, label]) => [name, typeof label === "string" ? label : label[language] ?? Object.values(label)[0]]));
}

/** A choice of the head; one without alternatives is not offered. @param {string} name @param {Record<string, string>} options @param {string} chosen */
function offer(name, options, chosen) {
  const select = select_of(name);
  select.replaceChildren(...Object.entries(options).map(([value, label]) => new Option(label, value, false, value === chosen)));
  /** @type {HTMLElement} */ (select.closest("label")).hidden = Object.keys(options).length < 2;
}

/** @param {any} behind @param {string} language */
function show_problems({ problems, usable }, language) {
  const vi = language === "vi";
  const line = (/** @type {any} */ each) => {
    const item = made("li", "", each.severity);
    item.append(made("strong", vi ? each.vi : each.en), made("code", each.where), made("p", `${vi ? each.remedy_vi : each.remedy_en} [${each.code}]`, "quiet"));
    return item;
  };
  const broken = problems.some((/** @type {any} */ each) => each.severity === "error");
  $("problems").replaceChildren(...problems.map(line));
  $("none").hidden = problems.length > 0 && !(broken && usable);
  $("none").textContent = broken ? words.older : words.none;
}

/** @param {any} behind */
function show_screens(behind) {
  $("nothing").hidden = behind.usable;
  $("nothing").textContent = words.nothing;
  if (behind.shown === shown) return;
  shown = behind.shown;
  $("screen").querySelector("iframe")?.remove();
  if (!behind.usable) return;
  const frame = document.createElement("iframe");
  frame.title = $("title").textContent ?? "";
  frame.src = `/app/?${behind.shown}#fill/preview`;
  $("screen").append(frame);
}

/** What Python made of each question; where JavaScript makes something else of it, both stand there. @param {any} behind */
function show_values({ usable, program, answers, env, states, expressions }) {
  $("agree").textContent = "";
  if (!usable) return $("values").replaceChildren();
  const instance = new Instance(program, { answers, env: { ...env, uuid: () => crypto.randomUUID(), random: Math.random } });
  let differing = 0;
  const rows = Object.entries(states).map(([path, python]) => {
    const javascript = /** @type {Record<string, any>} */ (instance.state(path));
    const node = instance.by_path.get(path);
    const written = (expressions[path] ?? []).map((/** @type {any} */ each) => ({ ...each, other: node ? to_text(instance.value_of(node.spec[each.key], node)) : "" }));
    const differs = COMPARED.filter((key) => JSON.stringify(python[key] ?? null) !== JSON.stringify(javascript[key] ?? null));
    const apart = differs.length > 0 || written.some((/** @type {any} */ { gives, other }) => gives !== other);
    differing += apart ? 1 : 0;
    const row = document.createElement("tr");
    row.className = [apart && "differs", !python.relevant && "hidden"].filter(Boolean).join(" ");
    const other = differs.map((key) => ` · JS ${key}: ${JSON.stringify(javascript[key] ?? null)}`).join("");
    const question = made("td", path);
    for (const each of written) question.append(expression_line(each));
    row.append(
      question,
      made("td", (python.value === null || python.value === undefined ? "" : JSON.stringify(python.value)) + other),
      made("td", python.relevant ? words.yes : words.no),
      made("td", python.problem?.message ?? ""),
    );
    return row;
  });
  $("values").replaceChildren(...rows);
  $("agree").textContent = differing ? words.differ.replace("{n}", String(differing)) : `✓ ${words.agree}`;
  $("agree").classList.toggle("bad", differing > 0);
}

/** An expression as it was written, and what it gives. @param {{key: string, text: string, gives: string, other: string}} written */
function expression_line({ key, text, gives, other }) {
  const line = made("div", `${key}: `, "expression");
  const said = gives === other ? JSON.stringify(gives) : `${JSON.stringify(gives)} · JS ${JSON.stringify(other)}`;
  line.append(made("code", text), " → ", made("strong", said));
  return line;
}

/** @param {Record<string, any>} chosen */
async function choose(chosen) {
  await fetch("choose", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(chosen) });
}

choices.addEventListener("change", ({ target }) => {
  const { name, value } = /** @type {HTMLSelectElement} */ (target);
  if (name === "width") $("screen").classList.toggle("laptop", value === "laptop");
  else void choose({ [name]: value });
});
$("again").addEventListener("click", () => void choose({ again: true }));
void follow();
