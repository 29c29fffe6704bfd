/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* kyc.js: a stranger on a phone opens an account, through the desk and through
 * Didit; two people of the bank decide, or its rule. */
"use strict";
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { so, run, complaints, main } = require("./bank.js");
const { leaving, looked } = require("./hosted.js");
const { proposing, agreeing, asking } = require("./office.js");
const { has, press } = require("./page.js");
const { nora, letter, h1, choosing, reaching, telling, sending, resuming,
	entering, welcomed } = require("./stranger.js");

const paint = path.join(process.env.CLICKNET_BUILD, "t/helper/paint");
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true };

/* ---- the lines of a card (ICAO 9303, TD1) */

const digit = (text) => [...text].reduce((sum, c, i) => sum + [7, 3, 1][i % 3] *
	(c === "<" ? 0 : parseInt(c, 36)), 0) % 10;

const checked = (text) => text + digit(text);

const lines = ({ family, given, birth }) => {
	const first = "IDD<<" + checked("L01X00T47") + "<".repeat(15);
	const second = checked(birth) + "F" + checked("301231") + "D<<" +
		"<".repeat(11);
	const whole = first.slice(5) + second.slice(0, 7) + second.slice(8, 15) +
		second.slice(18);

	return [first, second + digit(whole),
		`${family}<<${given}`.padEnd(30, "<").toUpperCase()].join("\n");
};

/* ---- what the desk wants to see */

const pictures = (bank) => Object.fromEntries([["front", "1000x630"],
	["back", "1000x630"], ["selfie", "700x900"]].map(([slot, size]) => {
	const file = path.join(bank.home, `${slot}.jpg`);

	fs.writeFileSync(file, Buffer.from(run("sh", ["-c",
		`${paint} jpeg ${size} noise turn6 gps | base64`]), "base64"));
	return [slot, file];
}));

/* Sent by its own form, with scripts as soon as it is chosen, and there when
 * another picture is shown. */
const photo = async (page, slot, file) => {
	const section = page.locator("section.card",
		{ has: page.locator(`input[id$='${slot}']`) });
	const shown = async () => await section.locator("img").count() === 0 ?
		"" : section.locator("img").getAttribute("src");
	const before = await shown();
	const until = Date.now() + 20000;

	await section.locator("input[type=file]").setInputFiles(file);
	if (page.plain)
		await section.locator("button").click();
	while (Date.now() < until && [before, ""].includes(
		await shown().catch(() => before)))
		await page.waitForTimeout(100);
	assert.notEqual(await shown(), before, slot);
};

const showing = async (page, bank, say) => {
	const files = pictures(bank);

	await so(say("photos of a card and of the person are taken"), async () => {
		await h1(page, /^Documents$/);
		await page.getByRole("link", { name: "Identity card" }).click();
		for (const slot of ["front", "back", "selfie"])
			await photo(page, slot, files[slot]);
		await has(page, "main [role=status]", /Everything we need is there/);
		await page.locator("main [role=status]")
			.getByRole("link", { name: "Continue" }).click();
	});
};

const proving = async (page, who, say) => {
	await so(say("the lines of the card say who it is"), async () => {
		await h1(page, /^Show us your document$/);
		await page.getByRole("radio", { name: "Identity card" }).check();
		await page.fill("#mrz", lines(who).replace("T47", "T48"));
		await press(page, "Compare");
		await page.waitForSelector("#mrz-why");
		await page.fill("#mrz", lines(who).toLowerCase());
		await press(page, "Compare");
		await has(page, "main", /We know who you are/);
	});
};

/* ---- from the first page to the last */

const applying = async (page, bank, who, say) => {
	await choosing(page, bank, say);
	await reaching(page, bank, who, say);
	await telling(page, who, say);
	await showing(page, bank, say);
	await proving(page, who, say);
	return sending(page, bank, who, say);
};

/* With scripts, in one go. */
const straight = async (chrome, page, bank, who, say) => {
	const reference = await applying(page, bank, who, say);

	await proposing(chrome, bank, "sinead", who, reference, say);
	await so(say("the person is told to wait until the second has agreed"),
		async () => {
			await page.getByRole("link", { name: "Look again" }).click();
			await h1(page, /^We have your application$/);
		});
	await agreeing(chrome, bank, "tomasz", reference, say);
	await so(say("and is welcomed, by mail and where they waited"), async () => {
		const { text } = await letter(bank, who, /^Welcome to/);

		assert.match(text, /C000111/);
		await page.getByRole("link", { name: "Look again" }).click();
		await h1(page, /^Welcome: your account is open$/);
		await page.getByRole("link", { name: /^Choose user id/ }).click();
	});
	await entering(page, bank, who, say);
};

/* Without, and with a detour: asked for more, on another device each time. */
const detour = async (chrome, page, bank, who, say) => {
	const reference = await applying(page, bank, who, say);

	await asking(chrome, bank, "ingrid", reference, say);
	await so(say("the person reads what for, and goes on by the link"),
		async () => {
			await resuming(page, bank, who, /one thing more/);
			await page.goto(bank.door + "/apply/sent");
			await has(page, "main", /The back is too dark\./);
			await page.goto(bank.door + "/apply/documents");
		});
	await showing(page, bank, say);
	await proving(page, who, say);
	await sending(page, bank, who, say);
	await proposing(chrome, bank, "ingrid", who, reference, say);
	await agreeing(chrome, bank, "sinead", reference, say);
	await welcomed(page, bank, who, say);
};

const ole = { ...nora, name: "Ole Borg", given: "Ole", family: "Borg",
	user: "ole.borg", email: "ole@new.example", mobile: "+49 151 87654321",
	tax_id: "98 765 432 109" };
const ida = { ...nora, name: "Ida Quay", given: "Ida", family: "Quay",
	user: "ida.quay", email: "ida@new.example", mobile: "+49 151 12340001",
	birth_date: "1988-05-17", tax_id: "55 765 432 101" };
const ben = { ...nora, name: "Ben Lund", given: "Ben", family: "Lund",
	user: "ben.lund", email: "ben@new.example", mobile: "+49 151 12340002",
	birth_date: "1979-11-03", tax_id: "66 765 432 102" };

const journey = async (chrome, bank, who, walk, options, say) => {
	const context = await chrome.newContext({ ...phone, ...options });
	const page = await context.newPage();
	const bad = complaints(context);
	page.plain = options.javaScriptEnabled === false;
	page.setDefaultTimeout(15000);
	bank.door = bank.at.replace(/\d+$/, (port) => port - 1111);
	await walk(chrome, page, bank, who, say);
	await so(say("no page complained"), () => assert.deepEqual(bad, []));
	await so(say("and the book verifies"), () => bank.tool("verify"));
	await context.close();
};

main(async (chrome, scripted, plain) => {
	await journey(chrome, scripted, nora, straight, {},
		(name) => `with scripts: ${name}`);
	await journey(chrome, plain, ole, detour, { javaScriptEnabled: false },
		(name) => `without: ${name}`);
	await journey(chrome, scripted, ida, looked, {},
		(name) => `with scripts, by Didit: ${name}`);
	await journey(chrome, plain, ben, leaving, { javaScriptEnabled: false },
		(name) => `without, by Didit: ${name}`);
}, ["nginx", "lighttpd"]);
