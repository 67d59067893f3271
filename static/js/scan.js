// Reads the code of a card from a picture, on this device, where the browser can; otherwise it is pasted.
(async () => {
  const form = document.getElementById("scan");
  if (!form || !("BarcodeDetector" in window)) return;
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  if (!formats.includes("qr_code")) return;
  const detector = new BarcodeDetector({formats: ["qr_code"]});
  const said = document.getElementById("picture_said");
  document.getElementById("camera").hidden = false;
  document.getElementById("picture").addEventListener("change", async (event) => {
    const [picture] = event.target.files;
    if (!picture) return;
    said.textContent = "";
    try {
      const [found] = await detector.detect(await createImageBitmap(picture));
      if (!found) throw new Error("nothing found");
      form.elements.text.value = found.rawValue;
      form.requestSubmit();
    } catch {
      said.textContent = "Chưa đọc được mã. Chụp lại gần hơn, đủ sáng, hoặc dán nội dung mã ở dưới.";
    }
  });
})();
