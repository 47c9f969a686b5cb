/* The few things the site's pages do in the browser beyond what HTML and Dash do. Without this file
   (or without any script) every link, form and page works; this only saves reloads. */
(() => {
  "use strict";

  const root = document.documentElement;
  const FIELDS = "select, input, textarea";
  const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";

  const serverPage = () => document.getElementById("static");
  const dashIsRunning = () => !serverPage();

  /* --- 1. One page takes the place of another ----------------------------------------------------------- */

  /* A key or button that goes down on one page and up on the next presses nothing: pages change between presses. */
  const LONGEST_PRESS = 1000; // ms; who holds a key down to scroll need not wait for what was asked for
  const pressed = new Map(); // what is down, and since when: fingers type one key before they let go of the last
  const whatOf = (event) => event.code ?? event.pointerId;
  const isPressing = () => [...pressed.values()].some((since) => performance.now() - since < LONGEST_PRESS);
  const waiting = []; // for the end of the press
  for (const start of ["keydown", "pointerdown"]) {
    window.addEventListener(start, (event) => { if (!event.repeat) pressed.set(whatOf(event), performance.now()); });
  }
  for (const end of ["keyup", "pointerup", "pointercancel", "blur"]) {
    window.addEventListener(end, (event) => {
      const [what, since] = [whatOf(event), pressed.get(whatOf(event))];
      setTimeout(() => { // the click comes after it
        if (what === undefined) pressed.clear();
        else if (pressed.get(what) === since) pressed.delete(what); // else it is down again
        if (!isPressing()) for (const go of waiting.splice(0)) go();
      });
    });
  }
  const released = () => isPressing() && new Promise((go) => { waiting.push(go); setTimeout(go, LONGEST_PRESS); });

  /* Find in the new page what stands at the same place in the old: by id, else by its place among its kind where both
     pages have as many, else among those of its kind that read alike. */
  function counterpart(node, from, to, selector) {
    if (node.id) return to.querySelector(`[id="${CSS.escape(node.id)}"]`);
    const ofKind = (page) => [...page.querySelectorAll(selector)].filter(
      (one) => one.tagName === node.tagName && one.name === node.name && one.className === node.className);
    const [old, fresh] = [ofKind(from), ofKind(to)];
    if (old.length === fresh.length) return fresh[old.indexOf(node)];
    const alike = (nodes) => nodes.filter((one) => one.textContent === node.textContent);
    return alike(fresh)[alike(old).indexOf(node)];
  }

  /* Give the new page's fields what the reader has typed or chosen in the old; answers those that were chosen. */
  function carryFields(from, to, fields) {
    const chosen = [];
    for (const field of fields) {
      const twin = counterpart(field, from, to, FIELDS);
      if (!twin || twin.name !== field.name) continue;
      if (twin.matches("select") && ![...twin.options].some((one) => one.value === field.value)) continue;
      if (field.type === "checkbox" && twin.checked !== field.checked) {
        twin.checked = field.checked;
        chosen.push(twin);
      }
      if (twin.value === field.value) continue;
      twin.value = field.value;
      twin.dispatchEvent(new Event("input", { bubbles: true }));
      if (twin.matches("select")) chosen.push(twin);
    }
    return chosen;
  }

  /* Put the focus where it was in the old page, and the caret where it stood in what was typed. */
  function carryFocus(from, to, focused) {
    const twin = from.contains(focused) ? counterpart(focused, from, to, FOCUSABLE) : null;
    twin?.focus({ preventScroll: true });
    if (twin && focused.selectionStart != null) {
      twin.setSelectionRange(focused.selectionStart, focused.selectionEnd, focused.selectionDirection);
    }
  }

  /* --- 2. Dash's page takes the place of the server's --------------------------------------------------- */

  /* What the reader has already typed, chosen, opened or focused must survive the change. */
  function carryOver(from, to) {
    const chosen = carryFields(from, to, from.querySelectorAll(FIELDS));
    for (const open of from.querySelectorAll("details[open]")) {
      const twin = counterpart(open, from, to, "details");
      if (twin) twin.open = true;
    }
    for (const region of from.querySelectorAll(".table-scroll")) {
      const twin = counterpart(region, from, to, ".table-scroll");
      if (twin) twin.scrollTo(region.scrollLeft, region.scrollTop);
    }
    return chosen;
  }

  function takeOver() {
    const from = serverPage();
    const to = document.getElementById("react-entry-point");
    if (!from || !to) return;
    const [left, top] = [window.scrollX, window.scrollY];
    const focused = document.activeElement;
    const chosen = carryOver(from, to);
    touched = new Set([...touched].map((one) => counterpart(one, from, to, FIELDS)));
    from.remove();
    carryFocus(from, to, focused);
    window.scrollTo({ left, top, behavior: "instant" });
    root.classList.add("dash-running");
    watchDrawing();
    for (const field of chosen) field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function watchForDash() {
    const entry = document.getElementById("react-entry-point");
    if (!serverPage() || !entry) return;
    let isChoosing = false; // an open list of options would close if its select went away
    const observer = new MutationObserver(look);
    function look() {
      const page = document.getElementById("page");
      if (!page || !entry.contains(page) || !page.hasChildNodes()) return;
      if (isChoosing || isPressing()) return;
      observer.disconnect();
      takeOver();
    }
    observer.observe(entry, { childList: true, subtree: true });
    document.addEventListener("focusin", (event) => { isChoosing = event.target.matches("#static select"); });
    for (const end of ["change", "focusout"]) document.addEventListener(end, () => { isChoosing = false; });
    const clock = setInterval(() => (dashIsRunning() ? clearInterval(clock) : look()), 300);
  }

  /* --- 3. Filters and search change the address without a reload ---------------------------------------- */

  const addressNow = () => location.pathname + location.search;

  function addressOf(form) {
    const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string" && value !== "");
    const query = new URLSearchParams(fields).toString();
    const path = new URL(form.action, location.href).pathname;
    return query ? `${path}?${query}` : path;
  }

  /* Dash draws the page anew while the reader goes on: what they have typed or chosen since they asked stays, and so
     does the focus. Who works the filters by keyboard must not be thrown back to the top, nor to where they were when
     they chose. Who hears the page must be told what it says now. */
  let asked = addressNow(); // by what was chosen last
  let answered = asked; // by the page that is drawn; nothing while an answer is awaited
  let isByForm = false; // else what was asked for says nothing of the fields
  let touched = new Set(); // the fields that were typed or chosen in since
  let lastFocused = null; // nothing after a press elsewhere
  document.addEventListener("focusin", (event) => { lastFocused = event.target; });
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest?.(`${FOCUSABLE}, label`)) lastFocused = null;
  });
  for (const sign of ["input", "change"]) {
    document.addEventListener(sign, ({ target, isTrusted }) => {
      if (isTrusted && target.matches(FIELDS)) touched.add(target);
    });
  }

  function watchDrawing() {
    const page = document.getElementById("page");
    new MutationObserver((changes) => {
      if (!page.hasChildNodes()) return;
      const isLate = answered !== asked; // its fields say less than what was chosen
      const gone = changes.flatMap((one) => [...one.removedNodes]).find((one) => one.nodeType === Node.ELEMENT_NODE);
      if (gone) {
        const fields = [...gone.querySelectorAll(FIELDS)];
        carryFields(gone, page, fields.filter((one) => (isLate && isByForm) || touched.has(one)));
        touched = new Set(fields.filter((one) => touched.has(one)).map((one) => counterpart(one, gone, page, FIELDS)));
        if (document.activeElement === document.body) carryFocus(gone, page, lastFocused);
      }
      if (isLate) return;
      page.removeAttribute("aria-busy");
      const said = page.querySelector(".results, .panel") ?? page;
      announce([...said.querySelectorAll("h1, h2, p")].slice(0, 2).map((one) => one.textContent).join(". "));
    }).observe(page, { childList: true });
  }

  /* Another address was chosen: by a form whose fields it holds, else by a link or the way back. */
  function tellAsked(form) {
    if (addressNow() === asked) return; // only a place on the page
    [asked, answered, isByForm] = [addressNow(), null, Boolean(form)];
    for (const field of touched) if (!form || field.form === form) touched.delete(field);
    document.getElementById("page")?.setAttribute("aria-busy", "true");
  }

  /* What is shown must never be of another address than the one that stands above it: where the answer does not come
     (too many requests, a fault, no connection) the page is loaded anew, and says itself what is wrong. */
  function watchAnswers() {
    const fetchAsUsual = window.fetch;
    let isLeaving = false; // then all that is on its way breaks off
    window.addEventListener("pagehide", () => { isLeaving = true; });
    window.addEventListener("pageshow", () => { isLeaving = false; });
    window.addEventListener("popstate", () => {
      if (dashIsRunning()) tellAsked();
      else if (addressNow() !== asked) location.reload(); // back to a view that only Dash has shown
    });
    const giveUp = () => { if (dashIsRunning() && !isLeaving) location.reload(); };
    const addressOfCall = (call) => JSON.parse(call.body).inputs.map((input) => input.value).join("");
    window.fetch = async (resource, ...more) => {
      if (!String(resource?.url ?? resource).includes("_dash-update-component")) return fetchAsUsual(resource, ...more);
      const address = addressOfCall(more[0]);
      try {
        const answer = await fetchAsUsual(resource, ...more);
        if (!answer.ok) giveUp();
        await answer.clone().arrayBuffer(); // all of it: nothing is awaited any more between the press and the page
        await released();
        if (answered !== asked) answered = address; // else this one comes too late, and Dash passes it over
        return answer;
      } catch (error) {
        if (error.name !== "AbortError") giveUp();
        throw error;
      }
    };
  }

  function navigate(address, form) {
    if (address === addressNow()) return;
    history.pushState({}, "", address);
    tellAsked(form);
    window.dispatchEvent(new Event("kuusi:navigate")); // what the Address of components.js listens to
  }

  const isOurs = (form) =>
    form?.matches("form.filters, form.search") && form.method === "get" && dashIsRunning() &&
    new URL(form.action, location.href).origin === location.origin;

  document.addEventListener("submit", (event) => {
    if (!isOurs(event.target)) return;
    event.preventDefault();
    navigate(addressOf(event.target), event.target);
  });

  /* The head of a column sorts its table: a link without scripts, and with them no reload either. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.sort");
    if (!link || !dashIsRunning() || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form.filters[data-auto]");
    if (event.target.matches("select, input[type=checkbox]") && form && isOurs(form)) navigate(addressOf(form), form);
  });

  /* --- 4. Copying a link or a text --------------------------------------------------------------------------------- */

  function announce(text) {
    const region = document.getElementById("announcements");
    region.textContent = "";
    setTimeout(() => { region.textContent = text; }, 50);
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false; // not allowed, or the page is not served over https
    }
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy-link], [data-copy-text]");
    if (!button) return;
    const text = button.dataset.copyText ?? new URL(button.dataset.copyLink || location.href, location.href).href;
    if (!(await copy(text))) {
      window.prompt(button.textContent, text);
      return;
    }
    const label = button.dataset.label ?? (button.dataset.label = button.textContent);
    const said = button.dataset.copiedLabel || label;
    button.textContent = said;
    announce(said);
    setTimeout(() => { button.textContent = label; }, 2500);
  });

  /* --- 5. "/" goes to the search box --------------------------------------------------------------------- */

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable='true']")) return;
    const box = [...document.querySelectorAll(".search input:not([type=hidden])")].find((one) => one.checkVisibility());
    if (!box) return;
    event.preventDefault();
    box.focus();
  });

  /* --- 6. When Dash starts: its script waits in a template, so that it competes with nothing ------------ */

  function startDash() {
    const waiting = document.getElementById("dash-scripts")?.content.firstElementChild;
    if (!waiting) return;
    const script = document.createElement("script"); // a copy: one that the parser made inert never runs
    for (const { name, value } of waiting.attributes) script.setAttribute(name, value);
    waiting.remove();
    document.body.append(script);
  }

  function scheduleDash() {
    const template = document.getElementById("dash-scripts");
    if (!template) return;
    const soon = window.requestIdleCallback ?? ((run) => setTimeout(run, 200));
    for (const sign of ["pointerdown", "pointermove", "keydown", "touchstart"]) {
      window.addEventListener(sign, startDash, { once: true, passive: true });
    }
    if (template.dataset.start === "touch") return;
    const whenIdle = () => soon(startDash, { timeout: 4000 });
    if (document.readyState === "complete") whenIdle();
    else window.addEventListener("load", whenIdle, { once: true });
  }

  root.classList.add("has-script");
  watchForDash();
  watchAnswers();
  scheduleDash();
})();
