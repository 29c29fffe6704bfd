/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* documents.js: sends a photo in parts, shows how far it is, and goes on where
 * a line broke. Without it the form sends the photo whole. */
(() => {
	"use strict";
	const PART = 100000, MOST = 5e6, SIDE = 3000;
	const pause = (ms) => new Promise((done) => setTimeout(done, ms));

	/* What is larger than the bank takes is drawn smaller first. */
	const fitting = async (file) => {
		if (file.size <= MOST)
			return file;
		const all = await createImageBitmap(file);
		const by = Math.min(1, SIDE / Math.max(all.width, all.height));
		const canvas = document.createElement("canvas");

		canvas.width = all.width * by;
		canvas.height = all.height * by;
		canvas.getContext("2d")
			.drawImage(all, 0, 0, canvas.width, canvas.height);
		return new Promise((done) => {
			canvas.toBlob((made) => done(made ?? file), "image/jpeg", .9);
		});
	};

	const ask = async (url, given) => {
		const answer = await fetch(url, {
			...given, headers: { Accept: "application/json", ...given?.headers },
		});

		if (answer.status >= 500 || answer.status === 429)
			throw new TypeError("later");
		return { ok: answer.ok,
			...answer.status === 204 ? {} : await answer.json() };
	};

	/* The parts the bank has not got; of another file, none of them. */
	const missing = async (form, sent, file, chunks) => {
		const { uploads } = await ask(form.action);
		const one = uploads?.find((u) => u.kind === sent.get("kind") &&
			u.side === sent.get("side"));

		if (one?.size === file.size && one.chunks === chunks && !sent.anew)
			return one.missing;
		if (one)
			await ask(`${form.action}/${one.upload_id}`, {
				method: "DELETE",
				headers: { "X-CSRF-Token": sent.get("csrf") },
			});
		sent.anew = false;
		return [...Array(chunks).keys()];
	};

	const put = async (form, sent, file, bar) => {
		const chunks = Math.ceil(file.size / PART);

		for (const chunk of await missing(form, sent, file, chunks)) {
			sent.set("size", file.size);
			sent.set("chunks", chunks);
			sent.set("chunk", chunk);
			sent.set("data", file.slice(chunk * PART, (chunk + 1) * PART), "part");
			const said = await ask(form.action, { method: "POST", body: sent });

			if (!said.ok)
				return said;
			bar.value = 100 - 100 * (said.upload?.missing.length ?? 0) / chunks;
			if (said.document)
				return said;
		}
		return {};
	};

	document.querySelectorAll("form[data-upload]").forEach((form) => {
		const [input, failed, bar, button] = ["[type=file]", "[data-failed]",
			"progress", "button"].map((what) => form.querySelector(what));
		let busy = false;

		const tell = (text) => {
			failed.textContent = text ?? "";
			failed.hidden = !text;
		};
		const send = async () => {
			const sent = new FormData(form);
			const file = await fitting(input.files[0]);

			for (let wait = 1000; ; wait = Math.min(2 * wait, 15000)) {
				try {
					const said = await put(form, sent, file, bar);

					if (said.document)
						return location.assign(form.dataset.upload);
					if (said.status !== 409 || sent.tried)
						return tell(said.detail ?? failed.dataset.again);
					sent.anew = sent.tried = true;
				} catch (why) {
					if (!(why instanceof TypeError))
						throw why;
					tell(failed.dataset.line);
					await pause(wait);
				}
			}
		};
		const start = async () => {
			if (busy || !input.files.length)
				return;
			busy = bar.hidden = button.hidden = true;
			bar.hidden = false;
			tell();
			await send().catch(() => tell(failed.dataset.again));
			busy = button.hidden = false;
			bar.hidden = true;
		};

		button.hidden = true;
		input.addEventListener("change", start);
		form.addEventListener("submit", (event) => {
			event.preventDefault();
			event.stopPropagation();
			start();
		});
	});
})();
