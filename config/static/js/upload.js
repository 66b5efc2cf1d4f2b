// Drop zones: show what was chosen, take files dropped anywhere on the zone, and show how far they have come.

const size = (bytes) => `${Math.max(1, Math.round(bytes / 1024)).toLocaleString()} KB`;

const inWords = (files) => {
  const [first] = files;
  if (files.length === 1) return `${first.name} (${size(first.size)})`;
  return `${files.length} files (${size([...files].reduce((sum, file) => sum + file.size, 0))}): ${[...files].map((file) => file.name).join(", ")}`;
};

const watchZone = (zone) => {
  const input = zone.querySelector("input[type=file]");
  const name = zone.querySelector("[data-file-name]");
  const untouched = name.textContent;

  const show = () => {
    zone.classList.toggle("has-file", input.files.length > 0);
    name.textContent = input.files.length ? inWords(input.files) : untouched;
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
};

const send = (form) => {
  const panel = form.querySelector("[data-progress]");
  const bar = panel.querySelector("progress");
  const text = panel.querySelector("[data-progress-text]");
  const button = form.querySelector("button[type=submit]");
  const request = new XMLHttpRequest();
  const say = (words) => {
    text.textContent = words;
  };
  const stop = (words) => {
    button.disabled = false;
    say(words);
  };

  panel.hidden = false;
  button.disabled = true;
  say("Uploading …");
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = Math.round((100 * event.loaded) / event.total);
    say(event.loaded < event.total ? `${bar.value}% of ${size(event.total)}` : "All of it is there. Looking at how it would be read …");
  });
  request.addEventListener("error", () => stop("The server cannot be reached. Nothing was kept; try again in a moment."));
  request.addEventListener("load", () => {
    const onwards = request.getResponseHeader("X-Onwards");
    if (onwards) {
      window.location.assign(onwards);
      return;
    }
    const answered = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
    if (!answered) {
      stop(`The server refused it (${request.status}).`);
      return;
    }
    document.querySelector("main").replaceWith(answered);
    watch();
    answered.querySelector(".errorlist")?.scrollIntoView({ block: "center" });
  });
  request.open("POST", form.action);
  request.setRequestHeader("X-Progress", "yes");
  request.send(new FormData(form));
};

const watch = () => {
  document.querySelectorAll(".drop").forEach(watchZone);
  for (const form of document.querySelectorAll("form[data-uploads]")) {
    form.addEventListener("submit", (event) => {
      if (!form.querySelector("input[type=file]").files.length) return;
      event.preventDefault();
      send(form);
    });
  }
};

watch();
