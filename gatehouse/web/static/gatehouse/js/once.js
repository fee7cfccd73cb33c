// Elements with this attribute that no module has taken yet.
const taken = new WeakMap();

export function fresh(root, attribute) {
  return [...root.querySelectorAll(`[${attribute}]`)].filter((element) => {
    const known = taken.get(element) ?? new Set();
    const isNew = !known.has(attribute);
    taken.set(element, known.add(attribute));
    return isNew;
  });
}
