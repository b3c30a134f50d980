  // A file that is too large is refused before it is sent: the server would close the connection.
{
  const largest = () => window.mistLargestUpload * 2 ** 20;
  const refused = (file) => {
    document.getElementById("mist-too-large")?.remove();
    if (!file || file.size <= largest()) return false;
    const words = document.createElement("p");
    Object.assign(words, { id: "mist-too-large", className: "mist-message" });
    words.setAttribute("role", "alert");
    words.textContent = `Expected a file of at most ${window.mistLargestUpload} MB; ${file.name} has `
      + `${(file.size / 2 ** 20).toFixed(1)} MB: keep a part of the table.`;
    document.querySelector(".mist-upload")?.after(words);
    return true;
  };
  // The button's input is not in the page, so its events do not pass there.
  const listen = EventTarget.prototype.addEventListener;
  HTMLInputElement.prototype.addEventListener = function (kind, ...rest) {
    if (kind === "change" && this.type === "file" && !this.mistGuarded) {
      this.mistGuarded = true;
      listen.call(this, "change", (event) => {
        if (!refused(this.files[0])) return;
        event.stopImmediatePropagation();
        this.value = "";
      });
    }
    return listen.call(this, kind, ...rest);
  };
}
