/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* stranger.js: what everybody does who opens an account on a phone, whichever
 * way it is found out who they are. */
"use strict";
const assert = require("node:assert/strict");
const { so } = require("./bank.js");
const { has, press } = require("./page.js");

const nora = { name: "Nora Neu", given: "Nora", family: "Neu", user: "nora",
	email: "nora@new.example", mobile: "+49 151 12345678",
	birth_date: "1994-02-28", birth: "940228", tax_id: "12 345 678 901" };

/* The newest message to ${who} about ${subject} that was not read before. */
const letter = async (bank, who, subject) => {
	const addresses = [who.email, who.mobile.replaceAll(" ", "")];

	bank.read ??= new Set();
	for (let tries = 0; tries < 60; tries++) {
		const it = bank.inbox().find((one) => subject.test(one.subject) &&
			addresses.includes(one.to) &&
			!bank.read.has(one.text + one.sent_at + one.to));

		if (it) {
			bank.read.add(it.text + it.sent_at + it.to);
			return it;
		}
		await new Promise((then) => setTimeout(then, 200));
	}
	throw new Error(`no message about ${subject}`);
};

const digits = async (bank, who, subject) =>
	(await letter(bank, who, subject)).text.match(/^\d{6}(?=:|$)/m)[0];

/* A phone shows a page whole: nothing is beside the screen. */
const fits = async (page) => {
	const wide = await page.evaluate(() =>
		document.documentElement.scrollWidth - innerWidth);

	assert.ok(wide <= 0, `${page.url()} is ${wide} px too wide`);
};

const h1 = async (page, words) => {
	await has(page, "h1", words);
	if (!page.plain)
		await fits(page);
};

const choosing = async (page, bank, say) => {
	await so(say("the second door leads to what the bank offers"), async () => {
		await page.goto(bank.door + "/");
		assert.equal(new URL(page.url()).pathname, "/products");
		await h1(page, /^Accounts, loans and cards$/);
	});
	await so(say("an offer has a page, and a way to ask for it"), async () => {
		await page.getByRole("link", { name: "Everyday account", exact: true })
			.first().click();
		await h1(page, /^Everyday account$/);
		await page.getByRole("link", { name: "Open this account" }).click();
		await h1(page, /^Choose your branch$/);
		await page.getByRole("radio", { name: /Fish Quay/ }).check();
		await press(page, "Continue");
	});
};

const reaching = async (page, bank, who, say) => {
	await so(say("who asks says how they are reached, and is told what is wrong"),
		async () => {
			await h1(page, /^How do we reach you/);
			await page.fill("#name", who.name);
			await page.fill("#email", "nowhere");
			await page.fill("#mobile", who.mobile);
			await press(page, "Continue");
			await page.waitForSelector("#email-why");
			assert.equal(await page.inputValue("#name"), who.name);
			await page.fill("#email", who.email);
			await press(page, "Continue");
		});
	for (const what of ["number", "mail"])
		await so(say(`a code confirms the ${what}`), async () => {
			await h1(page, new RegExp(`^Confirm your ${what}$`));
			await page.fill("#code",
				await digits(bank, who, /code for your application/));
			await press(page, "Continue");
		});
	await so(say("a link to go on elsewhere is mailed"), () =>
		letter(bank, who, /Go on with your application/));
};

const telling = async (page, who, say) => {
	await so(say("the law's questions are asked on one page"), async () => {
		await h1(page, /^About you$/);
		const words = { given_names: who.given, family_name: who.family,
			birth_date: who.birth_date, address: "Lindenweg 3",
			postcode: "10115", city: "Berlin", tax_id: who.tax_id };

		for (const [name, value] of Object.entries(words))
			await page.fill("#" + name, value);
		for (const name of ["nationality", "country", "tax_country"])
			await page.selectOption("#" + name, "DE");
		await page.selectOption("#occupation", "employed");
		await page.selectOption("#source_of_funds", "salary");
		await page.getByRole("radio", { name: "No", exact: true }).check();
		await page.getByRole("checkbox").check();
		await press(page, "Save and continue");
	});
};

/* ${told}: what is said at once; returns the reference. */
const sending = async (page, bank, who, say,
	told = /^We have your application$/) => {
	let reference;

	await so(say("all of it is shown again, and sent"), async () => {
		await has(page, "main", new RegExp(who.email));
		await has(page, "main", /Lindenweg 3/);
		await press(page, "Send the application");
		await h1(page, told);
		[reference] = (await page.locator("main").innerText())
			.match(/\b[2-9A-Z]{4}-[2-9A-Z]{4}\b/);
	});
	return reference;
};

const link = async (bank, who, subject) =>
	(await letter(bank, who, subject)).text
		.match(/\/apply\/resume\?token=[\w-]+/)[0];

/* Wherever the letter is read. */
const resuming = async (page, bank, who, subject) => {
	await page.context().clearCookies();
	await page.goto(bank.door + await link(bank, who, subject));
	await page.locator("main form[action='/apply/resume'] button").click();
};

const entering = async (page, bank, who, say) => {
	await so(say("the person chooses user id and password"), async () => {
		await h1(page, /^Your account is open$/);
		await page.fill("#user_id", who.user);
		await page.fill("#password", "short");
		await press(page, "Go on");
		await page.waitForSelector("#password-why");
		assert.equal(await page.inputValue("#user_id"), who.user);
		await page.fill("#password", "harbour-light-7");
		await press(page, "Go on");
		await has(page, "main", /All is done/);
		await has(page, ".facts", new RegExp(who.user));
	});
	await so(say("signs in, and sees the account"), async () => {
		await page.locator("main").getByRole("link", { name: "Sign in" }).click();
		await h1(page, /^Sign in$/);
		await page.fill("#user_id", who.user);
		await page.fill("#password", "harbour-light-7");
		await page.click("main button:text-is('Sign in')");
		await page.waitForSelector("#code");
		await page.fill("#code", await digits(bank, who, /sign in/));
		await page.click("main form[action='/verify-otp'] button");
		await has(page, "main", new RegExp(who.given));
		await has(page, "main", /Everyday account/);
		if (!page.plain)
			await fits(page);
	});
};

const welcomed = async (page, bank, who, say) => {
	await so(say("and is welcomed by a mail that leads on"), async () => {
		await resuming(page, bank, who, /^Welcome to/);
		await page.goto(bank.door + "/apply/user");
	});
	await entering(page, bank, who, say);
};

module.exports = {
	nora, letter, h1, choosing, reaching, telling, sending, resuming,
	entering, welcomed,
};
