// Every behaviour of the pages, each in a module of its own and named by a data- attribute.
// Pages work without them; a module looks for its attribute again when htmx has put something new into the page.
import { takeAnswers } from "./answers.js";
import { liveBoard } from "./board.js";
import { runClocks } from "./clock.js";
import { confirmByNumber } from "./confirm.js";
import { copyText } from "./copy.js";
import { chooseLooks } from "./looks.js";
import { closeMenus } from "./menu.js";
import { dropFiles } from "./drop.js";
import { keepPages } from "./kept.js";
import { narrowChoices } from "./narrow.js";
import { countDown, forgetKept, showKeypads, takeCodes } from "./kiosk.js";
import { livePlace } from "./live.js";
import { liveQueue } from "./queue.js";
import { pressKeys } from "./keys.js";
import { usePasskeys } from "./passkeys.js";
import { previewForms } from "./preview.js";
import { printPage, showLarge } from "./large.js";
import { registerOffline } from "./offline.js";
import { refreshParts } from "./refresh.js";
import { scanCodes } from "./scan.js";
import { selectAll } from "./select.js";
import { sendSwitches } from "./switch.js";
import { runToasts } from "./toast.js";
import { keepText } from "./keep.js";
import { typeAhead } from "./typeahead.js";

const behaviours = [runToasts, chooseLooks, closeMenus, keepText, confirmByNumber, selectAll, refreshParts, copyText, keepPages, previewForms, scanCodes, showLarge, printPage, livePlace, typeAhead, narrowChoices, dropFiles, liveQueue, runClocks, sendSwitches, takeAnswers, pressKeys, countDown, showKeypads, takeCodes, forgetKept, liveBoard, usePasskeys];

const start = (root) => behaviours.forEach((behaviour) => behaviour(root));

document.documentElement.classList.add("withscript");
start(document);
document.addEventListener("htmx:after:swap", () => start(document));
registerOffline();
