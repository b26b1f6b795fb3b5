// login.js - log in; or, the first time, set a password by invitation.
import {logIn, setPassword} from "../api.js";
import {problemBox} from "../parts.js";
import {language, setLanguage, t} from "../words.js";

export function Login() {
  const form = { account: "", password: "", invitation: "", newPassword: "", again: "" };
  let first = false;
  let busy = false;
  let problem = null;

  const field = (name, type, autocomplete, hint) =>
      m("label", t({ again: "repeatPassword" }[name] || name), m("input", {
          name,
          type,
          value: form[name],
          required: true,
          autocomplete,
          oninput: (event) => {
            form[name] = event.target.value;
          }
        }),
        hint && m("span.small", hint));

  async function submit(event) {
    event.preventDefault();
    busy = true;
    problem = null;
    try {
      if (first && form.newPassword !== form.again) throw Object.assign(new Error(t("notSame")), { problems: [] });
      if (first) await setPassword({ account: form.account, invitation: form.invitation, newPassword: form.newPassword });
      await logIn(form.account, first ? form.newPassword : form.password);
      Object.assign(form, { password: "", invitation: "", newPassword: "", again: "" });
    } catch (caught) {
      problem = caught;
    }
    busy = false;
    m.redraw();
  }

  return {
    view: () =>
        m("main.login", m("h1", t("title")), m("p", t("lead")),
          m("form", { onsubmit: submit }, field("account", "text", "username"),
            first ?
                [
                  field("invitation", "text", "one-time-code"),
                  field("newPassword", "password", "new-password", t("passwordHint")), field("again", "password", "new-password")
                ] :
                field("password", "password", "current-password"),
            problemBox(problem), m("button.main", { type: "submit", disabled: busy }, t(first ? "setPassword" : "logIn"))),
          m(".foot",
            m("button.quiet", {
              type: "button",
              onclick: () => {
                first = !first;
                problem = null;
              }
            },
              t(first ? "backToLogin" : "firstTime")),
            m("button.quiet", { type: "button", onclick: () => setLanguage(language() === "en" ? "zh" : "en") },
              language() === "en" ? "中文" : "English"))),
  };
}
