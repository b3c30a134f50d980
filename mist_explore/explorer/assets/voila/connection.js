  // The kernel of the page starts now, for a browser that runs this, and not for a crawler.
  fetch("{{ base_url }}wanted/{{ key }}", { method: "POST" });

  // A page in line is sent its place, and the seconds that it takes.
  window.mistWait = ([place, seconds]) => {
    const pages = place === 1 ? "One page starts" : `${place} pages start`;
    document.getElementById("mist-wait").textContent = `${pages} before this one, which takes about ${seconds} s.`;
  };

  // A page whose kernel or server has gone would look alive and never answer: each end of its
  // connection is looked into.
{
  const gone = document.getElementById("mist-gone");
  const show = (words) => {
    gone.firstElementChild.textContent = words;
    gone.style.display = words ? "flex" : "none";
  };
  const look = async () => {
    const config = document.getElementById("jupyter-config-data");
    if (!config && document.readyState !== "complete") return;
    if (!config) return show("The computation behind this page has ended.");
    const kernel = JSON.parse(config.textContent);
    const answer = await fetch(`${kernel.baseUrl}api/kernels/${kernel.kernelId}`).catch(() => null);
    if (answer && answer.status !== 502) return show(answer.ok ? "" : "The computation behind this page has ended.");
    show("The server does not answer. This page tries again by itself.");
    setTimeout(look, 3000);
  };
  window.WebSocket = class extends WebSocket {
    constructor(...words) {
      super(...words);
      this.addEventListener("close", () => setTimeout(look, 1000));
    }
  };
  // Without a kernel nothing more comes than the words of the page.
  addEventListener("load", () => {
    document.getElementById("mist-wait").remove();
    if (!document.getElementById("jupyter-config-data")) look();
  });
  addEventListener("focus", look);
  addEventListener("online", look);
  setInterval(look, 30000);
}
