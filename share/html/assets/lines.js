/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lines.js: a document's lines out of the barcode in its photo, where there is
 * one and the browser reads barcodes, as those of phones do. People compare
 * them before they send them; without it they type them. */
(() => {
	"use strict";
	const field = document.querySelector("[data-lines]");
	const shape = new RegExp("(?<![A-Z0-9<])(?:(?:[A-Z0-9<]{44}\\s*){2}|" +
		"(?:[A-Z0-9<]{36}\\s*){2}|(?:[A-Z0-9<]{30}\\s*){3})(?![A-Z0-9<])", "i");

	if (!field || field.value || !window.BarcodeDetector)
		return;

	const read = async (photo, reader) => {
		await photo.decode();
		for (const { rawValue } of await reader.detect(photo)) {
			const lines = shape.exec(rawValue)?.[0].trim();

			if (!lines || field.value)
				continue;
			field.value = lines;
			document.querySelector("[data-lines-read]").hidden = false;
		}
	};

	document.querySelectorAll("img.shot").forEach((photo) => {
		read(photo, new BarcodeDetector()).catch(() => {});
	});
})();
