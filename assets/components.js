/* The components of our own that Dash draws in the browser (dashboard/components/browser.py declares them). The
   server writes the same elements (dashboard/html/render.py), so that nothing moves when Dash takes over. */
(() => {
  "use strict";

  /* React is loaded after this file is read, before it is used. */
  const element = (...parts) => window.React.createElement(...parts);

  /* --- Figure: the server's drawings until the reader points at them, then plotly's ----------------------- */

  let plotly = null; // a promise, once somebody has asked for it

  function loadPlotly() {
    plotly ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = document.getElementById("react-entry-point").dataset.plotly;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => {
        plotly = null;
        script.remove();
        reject(new Error(`${script.src} did not load`));
      };
      document.head.append(script);
    });
    return plotly;
  }

  const WIDE = 600; // pixels from which a figure takes its layout's `meta.wide`, what it has otherwise with more room

  /* Resolves when plotly has drawn into the node; the figure is copied, as plotly writes into what it is given. */
  async function draw(node, { data, layout }) {
    const { newPlot } = await loadPlotly();
    const config = { displayModeBar: false, responsive: true, locale: document.documentElement.lang };
    const dragmode = window.matchMedia("(pointer: coarse)").matches ? false : "zoom"; // a finger scrolls the page
    const wide = node.clientWidth >= WIDE ? layout.meta.wide : {};
    await newPlot(node, structuredClone(data), { ...structuredClone({ ...layout, ...wide }), dragmode }, config);
  }

  function Figure({ id, drawings, plot, style }) {
    const { useEffect, useRef, useState } = window.React;
    const place = useRef(null);
    const [isWanted, setWanted] = useState(false);
    const [isDrawn, setDrawn] = useState(false);
    const isStill = plot.layout.meta.svg_only;

    useEffect(() => {
      if (!isWanted) return undefined;
      const node = place.current;
      let isGone = false;
      draw(node, plot).then(
        () => isGone || setDrawn(true),
        () => isGone || setWanted(false), // the drawings stay; pointing again tries again
      );
      return () => {
        isGone = true;
        setDrawn(false);
        window.Plotly?.purge(node);
      };
    }, [isWanted, drawings]);

    /* A finger that scrolls past is no wish; a tap is. */
    const want = (event) => {
      if (!isStill && (event.type === "click" || event.pointerType !== "touch")) setWanted(true);
    };
    return element(
      "div",
      {
        id,
        className: isDrawn ? "figure figure--drawn" : "figure",
        style,
        onPointerMove: isWanted ? undefined : want,
        onClick: isWanted ? undefined : want,
      },
      element("div", { className: "figure__drawings", dangerouslySetInnerHTML: { __html: drawings } }),
      isWanted && element("div", { className: "figure__plot", ref: place, "aria-hidden": true }),
    );
  }

  /* --- Input: a plain field, which the form it stands in reads --------------------------------------------- */

  function Input({ value, checked, setProps, componentPath, ...attributes }) {
    return element("input", { ...attributes, defaultValue: value, defaultChecked: checked });
  }

  /* --- Frozen: an element whose content the server has finished -------------------------------------------- */

  function Frozen({ tag, attributes, html }) {
    return element(tag, html ? { ...attributes, dangerouslySetInnerHTML: { __html: html } } : attributes);
  }

  /* --- Address: tells Dash where the reader is -------------------------------------------------------------- */

  function Address({ setProps }) {
    window.React.useEffect(() => {
      let last = null;
      const tell = () => {
        const { pathname, search } = window.location;
        if (pathname + search === last) return; // only a place on the page was jumped to
        last = pathname + search;
        setProps({ pathname, search });
      };
      tell();
      for (const sign of ["popstate", "kuusi:navigate"]) window.addEventListener(sign, tell);
      return () => {
        for (const sign of ["popstate", "kuusi:navigate"]) window.removeEventListener(sign, tell);
      };
    }, []);
    return null;
  }

  window.kuusi = { Address, Figure, Frozen, Input };
})();
