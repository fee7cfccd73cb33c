// data-narrowed-by="name" on a select in groups: of them only the one stays with whose label the choice of that name
// begins ("MATH 101" of "MATH 101, Algebra"); all of them while nothing is chosen.
import { fresh } from "./once.js";

export function narrowChoices(root) {
  fresh(root, "data-narrowed-by").forEach((select) => {
    const by = select.form?.elements[select.dataset.narrowedBy];
    if (!by) return;
    const groups = [...select.querySelectorAll("optgroup")];
    const narrow = () => {
      const [chosen, text] = [select.value, by.value ? by.selectedOptions[0].text : ""];
      groups.forEach((group) => group.remove());
      select.append(...groups.filter((group) => !text || `${text}, `.startsWith(`${group.label}, `)));
      select.value = chosen;
      if (select.selectedIndex < 0) select.selectedIndex = 0;
    };
    by.addEventListener("change", narrow);
    narrow();
  });
}
