/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page.js: what people do with a page in front of them, and what it says. */
"use strict";
const assert = require("node:assert/strict");

const press = (page, words) =>
	page.locator("main").getByRole("button", { name: words }).first().click();

/* Soon: a press may still be on its way. */
const has = async (page, what, words, ms = 8000) => {
	const until = Date.now() + ms;
	let all;

	do {
		all = await page.locator(what).allInnerTexts()
			.then((list) => list.join(" ").replace(/\s+/g, " "), () => "");
		if (words.test(all))
			return;
		await page.waitForTimeout(50);
	} while (Date.now() < until);
	assert.match(all, words);
};

const fill = async (page, words) => {
	for (const [name, value] of Object.entries(words))
		if (name === "from")
			await page.selectOption("#from", value);
		else
			await page.fill("#" + name, value);
};

/* What a program of the same person would be told. */
const api = async (page, bank, path) => {
	const answer = await page.context().request.get(bank.at + path,
		{ headers: { Accept: "application/json" } });

	assert.equal(answer.status(), 200, path);
	return answer.json();
};

/* The newest message once it is about ${subject}: what strangers ask for is
 * looked at a moment later. */
const message = async (bank, subject) => {
	for (let tries = 0; tries < 50; tries++) {
		const newest = bank.inbox()[0];

		if (newest && subject.test(newest.subject))
			return newest;
		await new Promise((then) => setTimeout(then, 200));
	}
	throw new Error(`no message about ${subject}`);
};

const code = async (bank, subject) =>
	(await message(bank, subject)).text.match(/^\d{6}(?=:|$)/m)[0];

/* Who has no scripts shows by waiting in another tab that they are a person. */
const waiting = async (page) => {
	const opened = page.context().waitForEvent("page");

	await page.click("#captcha a");
	return opened;
};

const waited = async (page) => {
	const tab = await waiting(page);

	await tab.waitForSelector("h1:text-is('Thank you for waiting')",
		{ timeout: 15000 });
	await tab.close();
};

module.exports = {
	press, has, fill, api, message, code, waiting, waited,
};
