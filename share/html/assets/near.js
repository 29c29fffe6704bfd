/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* near.js: asks the device where it is, and then the bank what is near. Where
 * it cannot, there is no such form. */
(() => {
	"use strict";
	const form = document.querySelector("[data-near]");

	if (!form || !navigator.geolocation)
		return;
	const failed = form.querySelector("[data-failed]");

	form.hidden = false;
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		failed.hidden = true;
		navigator.geolocation.getCurrentPosition(({ coords }) => {
			const near = [coords.latitude, coords.longitude]
				.map((it) => it.toFixed(6)).join();

			location.assign(`${form.action}?near=${near}`);
		}, () => {
			failed.hidden = false;
		}, { timeout: 10000, maximumAge: 300000 });
	});
})();
