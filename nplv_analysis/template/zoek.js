(() => {
  // Capitals, accents and signs between words do not count.
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const box = document.getElementById("Zoekvak");
  const field = document.getElementById("Zoekwoord");
  const says = document.getElementById("Gevonden");
  const areas = [...document.querySelectorAll("#Gebieden li")].map((item) => [item, plain(item.dataset.zoek)]);
  const filter = () => {
    const words = plain(field.value).split(" ");
    let found = 0;
    for (const [item, text] of areas) {
      item.hidden = !words.every((word) => text.includes(word));
      found += item.hidden ? 0 : 1;
    }
    says.textContent = words[0] === "" ? "" : found === 0 ? says.dataset.geen : found === 1 ? "1 gebied gevonden." : `${found} gebieden gevonden.`;
  };
  field.addEventListener("input", filter);
  field.addEventListener("keydown", (event) => {
    const first = areas.find(([item]) => !item.hidden);
    if (event.key === "Enter" && field.value.trim() !== "" && first) first[0].querySelector("a").click();
  });
  box.hidden = false;
  filter();
})();
