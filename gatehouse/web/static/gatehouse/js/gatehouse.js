// Every behaviour of the pages, each in a module of its own and named by a data- attribute.
// Pages work without them; a module looks for its attribute again when htmx has put something new into the page.
import { confirmByNumber } from "./confirm.js";
import { copyText } from "./copy.js";
import { chooseLooks } from "./looks.js";
import { closeMenus } from "./menu.js";
import { registerOffline } from "./offline.js";
import { printPage } from "./print.js";
import { refreshParts } from "./refresh.js";
import { selectAll } from "./select.js";
import { runToasts } from "./toast.js";
import { keepText } from "./keep.js";

const behaviours = [runToasts, chooseLooks, closeMenus, keepText, confirmByNumber, selectAll, refreshParts, copyText, printPage];

const start = (root) => behaviours.forEach((behaviour) => behaviour(root));

document.documentElement.classList.add("withscript");
start(document);
document.addEventListener("htmx:after:swap", () => start(document));
registerOffline();
