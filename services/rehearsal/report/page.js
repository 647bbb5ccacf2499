"use strict";
for (const button of document.querySelectorAll("button.of")) {
  button.addEventListener("click", () => {
    const chosen = document.body.dataset.of === button.textContent ? "" : button.textContent;
    document.body.dataset.of = chosen;
    for (const chip of document.querySelectorAll("[data-of]"))
      if (chip !== document.body)
        chip.classList.toggle("dim", chosen !== "" && chip.dataset.of !== chosen);
  });
}
const table = document.querySelector(".lessons tbody");
const row = () => document.querySelector("#lesson").content.firstElementChild.cloneNode(true);
document.querySelector("#add").addEventListener("click", () => {
  table.append(row());
  table.lastElementChild.querySelector("textarea").focus();
});
document.querySelector("#save").addEventListener("click", () => {
  const lessons = [...table.rows].map((each) => {
    const said = {};
    for (const field of each.querySelectorAll("[name]"))
      if (field.value.trim()) said[field.name] = field.value.trim();
    return said;
  }).filter((each) => each.observation);
  const text = JSON.stringify({ lessons }, null, 2) + "\n";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  link.download = document.querySelector("#save").dataset.file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
});
