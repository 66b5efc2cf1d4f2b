// Drop zones: show the file's name, and take a file dropped anywhere on the zone.

for (const zone of document.querySelectorAll(".drop")) {
  const input = zone.querySelector("input[type=file]");
  const name = zone.querySelector("[data-file-name]");
  const untouched = name.textContent;

  const show = () => {
    const [file] = input.files;
    zone.classList.toggle("has-file", Boolean(file));
    name.textContent = file ? `${file.name} (${Math.max(1, Math.round(file.size / 1024)).toLocaleString()} KB)` : untouched;
  };
  input.addEventListener("change", show);

  for (const type of ["dragenter", "dragover"]) {
    zone.addEventListener(type, (event) => {
      event.preventDefault();
      zone.classList.add("is-over");
    });
  }
  for (const type of ["dragleave", "drop"]) {
    zone.addEventListener(type, () => zone.classList.remove("is-over"));
  }
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    show();
  });
}
