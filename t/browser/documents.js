/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* documents.js: an applicant sends photos from a phone, with scripts and
 * without; lines break, what was sent stays sent, and a barcode is read. */
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

const ask = async (bank, url, body, token, method = "POST") => {
	const answer = await fetch(bank.at + url, {
		method: body ? method : "GET",
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

/* A browser that reads barcodes as those of phones do: by zbarimg. */
const reads = async (context) => {
	await context.exposeFunction("zbarimg", (picture) => {
		const { stdout } = spawnSync("zbarimg", ["-q", "--raw", "-"],
			{ input: Buffer.from(picture.split(",")[1], "base64"),
				encoding: "utf8" });

		return stdout ? [{ rawValue: stdout }] : [];
	});
	await context.addInitScript(() => {
		window.BarcodeDetector = class {
			detect(photo) {
				const canvas = document.createElement("canvas");

				canvas.width = photo.naturalWidth;
				canvas.height = photo.naturalHeight;
				canvas.getContext("2d").drawImage(photo, 0, 0);
				return window.zbarimg(canvas.toDataURL());
			}
		};
	});
};

/* The specimen of ICAO Doc 9303 part 4. */
const lines = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n" +
	"L898902C36UTO7408122F1204159ZE184226B<<<<<10";

const anna = {
	given_names: "Anna Maria", family_name: "Eriksson",
	birth_date: "1974-08-12", nationality: "SE", address: "Lindenweg 3",
	postcode: "10115", city: "Berlin", country: "DE", tax_country: "DE",
	tax_id: "12 345 678 901", occupation: "employed",
	source_of_funds: "salary", pep: false, declarations: true,
};

const withBarcode = async (chrome, bank, token) => {
	const pass = { name: "pass.png", mimeType: "image/png",
		buffer: spawnSync("qrencode", ["-s", "10", "-m", "12", "-o", "-",
			lines]).stdout };
	const able = await phone(chrome, bank, token);
	const page = await able.newPage();
	const plain = await (await phone(chrome, bank, token)).newPage();
	const look = async (on) => {
		await on.goto(`${bank.at}/apply/identity`);
		await on.locator("img.shot").evaluate((it) => it.decode());
	};

	await ask(bank, "/kyc-session/details", anna, token, "PUT");
	await page.goto(`${bank.at}${at}?paper=passport`);
	await choose(page, "passport-front", pass);
	await shown(page, "passport-front");
	await choose(page, "selfie", photo("me.jpg", "jpeg", "600x800"));
	await shown(page, "selfie");
	await so("a barcode in the photo gives the lines, to be compared", async () => {
		await reads(able);
		await look(page);
		await page.waitForFunction((want) =>
			document.querySelector("#mrz").value === want, lines);
		await has(page, "[data-lines-read]:visible", /Please compare it/);
	});
	await so("where the browser reads none, they are typed", async () => {
		await look(plain);
		assert.equal(await plain.inputValue("#mrz"), "");
		assert.ok(await plain.locator("[data-lines-read]").isHidden());
	});
	await able.close();
	await plain.context().close();
};

main(async (chrome, bank) => {
	/* Programs take a changed setting up within a second. */
	await new Promise((resolve) => setTimeout(resolve, 1200));

	const nora = await begin(bank, "Nora Neu");
	const pia = await begin(bank, "Pia Anders");
	const eriksson = await begin(bank, "Anna M. Eriksson");

	await withScripts(chrome, bank, nora);
	await withoutScripts(chrome, bank, pia, nora);
	await withBarcode(chrome, bank, eriksson);
}, ["nginx"]);
