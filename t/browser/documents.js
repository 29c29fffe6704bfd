/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* documents.js: an applicant sends photos from a phone, with scripts and
 * without; lines break, and what was sent stays sent. */
"use strict";
const assert = require("node:assert/strict");
const { spawnSync } = require("node:child_process");
const path = require("node:path");
const { complaints, main, so } = require("./bank.js");
const { code, has } = require("./page.js");

const at = "/apply/documents";
const photo = (name, ...words) => ({
	name, mimeType: "image/jpeg",
	buffer: spawnSync(path.join(process.env.CLICKNET_BUILD, "t/helper/paint"),
		words, { maxBuffer: 1 << 24 }).stdout,
});

const ask = async (bank, url, body, token) => {
	const answer = await fetch(bank.at + url, {
		method: body ? "POST" : "GET",
		headers: {
			Accept: "application/json", "Content-Type": "application/json",
			...(token && { Authorization: `Bearer ${token}` }),
		},
		body: body && JSON.stringify(body),
	});

	assert.ok(answer.ok, answer.ok || `${url}: ${answer.status} ` +
		await answer.text());
	return answer.json();
};

/* The token of an application whose addresses are confirmed. */
const begin = async (bank, name) => {
	const { products: [{ product_code }] } = await ask(bank, "/products");
	const { branches: [{ branch_code }] } = await ask(bank, "/branches");
	const { token } = await ask(bank, "/kyc-session", { product_code,
		branch_code, name, email: `${name.length}@new.example`,
		mobile: `+4915112345${name.length}00` });

	for (const channel of ["mobile", "email"]) {
		await ask(bank, "/kyc-session/send-otp", { channel }, token);
		await ask(bank, "/kyc-session/verify", { channel,
			code: await code(bank, /for your application/) }, token);
	}
	return token;
};

const phone = async (chrome, bank, token, more) => {
	const context = await chrome.newContext({
		viewport: { width: 360, height: 740 }, ...more });

	await context.addCookies([{ name: "clicknet-kyc", value: token,
		url: bank.at }]);
	return context;
};

const choose = (page, slot, file) =>
	page.setInputFiles(`#file-${slot}`, file);

/* A picture is shown that can be seen. */
const shown = async (page, slot) => {
	const img = page.locator(`section[aria-labelledby="${slot}"] img`);

	await img.waitFor({ timeout: 15000 });
	await page.waitForFunction((it) => it.complete && it.naturalWidth > 0,
		await img.elementHandle());
};

/* Which parts are sent from now on; ${good} says whether one gets through. */
const watch = async (page, good = () => true) => {
	const parts = [];

	await page.unroute("**/kyc-session/documents");
	await page.route("**/kyc-session/documents", async (route) => {
		const body = route.request().postDataBuffer()?.toString("latin1");
		const part = body?.match(/name="chunk"\r\n\r\n(\d+)/)?.[1];

		if (!good(Number(part)))
			return route.abort();
		if (part)
			parts.push(Number(part));
		return route.continue();
	});
	return parts;
};

const withScripts = async (chrome, bank, token) => {
	const context = await phone(chrome, bank, token);
	const heard = complaints(context);
	const page = await context.newPage();
	const front = photo("front.jpg", "jpeg", "900x700", "noise");
	const back = photo("back.jpg", "jpeg", "901x700", "noise");
	let parts;

	await page.goto(`${bank.at}${at}?paper=id_card`);
	await so("a photo is sent as soon as it is chosen, in parts", async () => {
		parts = await watch(page);
		await choose(page, "id_card-front", front);
		await shown(page, "id_card-front");
		assert.deepEqual(parts, [...Array(Math.ceil(
			front.buffer.length / 1e5)).keys()]);
		assert.ok(parts.length > 3);
	});
	await so("a broken line is said, and what is sent is not sent again",
		async () => {
			let down = true;

			parts = await watch(page, (part) => part !== 2 || !down);
			await choose(page, "id_card-back", back);
			await has(page, "[data-failed]:visible", /line is broken/);
			assert.deepEqual(parts, [0, 1]);
			down = false;
			await shown(page, "id_card-back");
			assert.deepEqual(parts, [...Array(Math.ceil(
				back.buffer.length / 1e5)).keys()]);
		});
	await so("who comes back another time sends only the rest", async () => {
		parts = await watch(page, (part) => part !== 3);
		await choose(page, "id_card-back", front);
		await has(page, "[data-failed]:visible", /line is broken/);
		await page.goto(`${bank.at}${at}?paper=id_card`);
		parts = await watch(page);
		await choose(page, "id_card-back", front);
		await page.waitForURL(`${bank.at}${at}?paper=id_card`);
		await shown(page, "id_card-back");
		await page.waitForFunction(() =>
			document.querySelector("#file-id_card-back").value === "");
		assert.equal(parts[0], 3);
	});
	await so("another photo begins anew", async () => {
		parts = await watch(page, (part) => part !== 3);
		await choose(page, "id_card-back", front);
		await has(page, "[data-failed]:visible", /line is broken/);
		await page.goto(`${bank.at}${at}?paper=id_card`);
		parts = await watch(page);
		await choose(page, "id_card-back", back);
		await page.waitForFunction(() =>
			document.querySelector("#file-id_card-back").value === "");
		assert.equal(parts[0], 0);
	});
	await so("what is no photo is said where it was chosen", async () => {
		await choose(page, "selfie", { ...front, name: "me.jpg",
			buffer: Buffer.from("%PDF-1.7\n1 0 obj\n") });
		await has(page, "section[aria-labelledby=selfie] [data-failed]:visible",
			/This is a PDF, not a photo/);
	});
	await so("with a photo of oneself all is there", async () => {
		await choose(page, "selfie", photo("me.jpg", "jpeg", "600x800"));
		await shown(page, "selfie");
		await has(page, "main", /Everything we need is there/);
	});
	await so("the page has nothing to complain of", async () => {
		const rest = heard.filter((it) =>
			!/ERR_FAILED|status of (409|422)/.test(it));

		assert.deepEqual(rest, []);
	});
	await context.close();
};

const withoutScripts = async (chrome, bank, token, other) => {
	const context = await phone(chrome, bank, token,
		{ javaScriptEnabled: false });
	const page = await context.newPage();
	const send = async (slot, file) => {
		await choose(page, slot, file);
		await page.click(`section[aria-labelledby="${slot}"] button`);
	};

	await page.goto(`${bank.at}${at}?paper=passport`);
	await so("without scripts what is no photo is said beside it", async () => {
		await send("passport-front", { name: "pass.jpg",
			mimeType: "image/jpeg", buffer: Buffer.from("<svg onload=x()>") });
		await has(page, "#why-passport-front", /JPEG, PNG or WebP/);
		await has(page, "#problem", /page of your passport/);
	});
	await so("a file of 5 MB is sent whole", async () => {
		await send("passport-front",
			photo("pass.jpg", "jpeg", "2340x2300", "noise"));
		await page.waitForURL(`${bank.at}${at}?paper=passport`);
		assert.equal(await page.locator("img.shot").count(), 1);
	});
	await so("and one of oneself", async () => {
		await send("selfie", photo("me.jpg", "jpeg", "600x800", "turn6"));
		await has(page, "main", /Everything we need is there/);
	});
	await so("who else asks for it finds nothing", async () => {
		const src = await page.locator("img.shot").first()
			.getAttribute("src");
		const mine = await context.request.get(bank.at + src);
		const theirs = await (await phone(chrome, bank, other)).request
			.get(bank.at + src);

		assert.equal(mine.status(), 200);
		assert.equal(theirs.status(), 404);
	});
	await context.close();
};

main(async (chrome, bank) => {
	/* Programs take a changed setting up within a second. */
	await new Promise((resolve) => setTimeout(resolve, 1200));

	const nora = await begin(bank, "Nora Neu");
	const pia = await begin(bank, "Pia Anders");

	await withScripts(chrome, bank, nora);
	await withoutScripts(chrome, bank, pia, nora);
}, ["nginx"]);
