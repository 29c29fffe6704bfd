/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* captcha.js: works out the bank's puzzle while the person types. */
(() => {
	"use strict";
	const field = document.querySelector("input[name=captcha]");
	const form = field?.form;
	const said = field?.parentElement.querySelector("[role=status]");
	const wait = field?.parentElement.querySelector("[data-wait]");
	const SLICE_MS = 12, FRESH_MS = 8 * 60000;
	let sending = null, timer;

	if (!form || !said)
		return;

	/* SHA-256 (FIPS 180-4) of a short ASCII text: nothing to wait for, and
	 * without TLS a browser has no other. */
	const primes = (count, part) => {
		const found = [];

		for (let n = 2; found.length < count; n++)
			if (found.every((p) => n % p.n))
				found.push({ n, bits: (part(n) % 1) * 2 ** 32 | 0 });
		return found.map((p) => p.bits);
	};
	const K = primes(64, Math.cbrt), START = primes(8, Math.sqrt);
	const W = new Int32Array(64);
	const turn = (x, n) => x >>> n | x << 32 - n;
	const block = (H) => {
		let [a, b, c, d, e, f, g, h] = H;

		for (let i = 16; i < 64; i++) {
			const x = W[i - 15], y = W[i - 2];

			W[i] = W[i - 16] + W[i - 7] +
				(turn(x, 7) ^ turn(x, 18) ^ x >>> 3) +
				(turn(y, 17) ^ turn(y, 19) ^ y >>> 10);
		}
		for (let i = 0; i < 64; i++) {
			const s = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) +
				(e & f ^ ~e & g) + K[i] + W[i] | 0;
			const t = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) +
				(a & b ^ a & c ^ b & c) | 0;

			h = g; g = f; f = e; e = d + s | 0;
			d = c; c = b; b = a; a = s + t | 0;
		}
		[a, b, c, d, e, f, g, h].forEach((x, i) => { H[i] = H[i] + x | 0; });
	};
	const hash = (text) => {
		const H = START.slice();
		const blocks = text.length + 72 >> 6;

		for (let n = 0; n < blocks; n++) {
			W.fill(0, 0, 16);
			for (let i = 0; i < 64; i++) {
				const at = n * 64 + i;
				const byte = at < text.length ? text.charCodeAt(at)
					: at === text.length ? 128 : 0;

				W[i >> 2] |= byte << 24 - (i & 3) * 8;
			}
			if (n === blocks - 1)
				W[15] = text.length * 8;
			block(H);
		}
		return H;
	};
	const hex = (H) =>
		H.map((x) => (x >>> 0).toString(16).padStart(8, "0")).join("");

	const fail = () => {
		said.textContent = field.dataset.failed;
		wait.hidden = false;
		sending = null;
	};
	/* The number, or the first that was not tried; in slices, so that the
	 * page stays alive. */
	const search = async (puzzle, tell) => {
		const head = parseInt(puzzle.challenge.slice(0, 8), 16) | 0;
		let n = 0, until = performance.now() + SLICE_MS;

		for (; n <= puzzle.maxnumber; n++) {
			const H = hash(puzzle.salt + n);

			if (H[0] === head && hex(H) === puzzle.challenge)
				break;
			if ((n & 255) === 0 && performance.now() > until) {
				tell?.(Math.floor(100 * n / puzzle.maxnumber));
				await new Promise((go) => setTimeout(go));
				until = performance.now() + SLICE_MS;
			}
		}
		return n;
	};
	/* A proof; undefined: there is none. */
	const solve = async (tell) => {
		const began = Date.now();

		try {
			const answer = await fetch("/captcha", { cache: "no-store",
				headers: { Accept: "application/json" } });
			const puzzle = await answer.json();
			const { algorithm, challenge, maxnumber, salt, signature } =
				puzzle;

			if (!answer.ok || algorithm !== "SHA-256")
				return undefined;
			const number = await search(puzzle, tell);

			return number > maxnumber ? undefined :
				btoa(JSON.stringify({ algorithm, challenge, number,
					salt, signature, took: Date.now() - began }));
		} catch {
			return undefined;
		}
	};
	const begin = async () => {
		clearTimeout(timer);
		field.value = "";
		wait.hidden = true;
		said.textContent = field.dataset.working;
		const proof = await solve((part) => {
			said.textContent = `${field.dataset.working} ${part} %`;
		});

		if (!proof) {
			fail();
			return;
		}
		field.value = proof;
		said.textContent = field.dataset.done;
		timer = setTimeout(begin, FRESH_MS);
		if (sending)
			form.requestSubmit(sending.button);
	};

	/* Sent before it is done, the form goes when it is. */
	form.addEventListener("submit", (event) => {
		if (field.value || !wait.hidden)
			return;
		event.preventDefault();
		event.stopPropagation();
		sending = { button: event.submitter };
	});
	window.addEventListener("pageshow", (event) => {
		if (event.persisted)
			begin();
	});
	field.proof = () => solve(); /* another, for app.js */
	begin();
})();
