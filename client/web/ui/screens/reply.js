/** An answer to the reviewer: a comment on the record, about a question where the remark was about one. */
import { ask_text } from "../dialog.js";
import { error_text, t } from "../i18n.js";

/** @param {import("../types.js").Context} ctx @param {string} rec @param {string} [path] @returns {Promise<string>} what to tell; "" when nothing was written */
export async function reply_to(ctx, rec, path) {
  const text = await ask_text({ title: t(path ? "remark.reply" : "record.comment"), label: t("record.comment_label"), yes: t("record.comment_send") });
  if (!text) return "";
  try {
    await ctx.device.comment({ rec, text, ...(path && { path }) });
    return t("record.comment_done");
  } catch (error) {
    return error_text(error);
  }
}
