/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* kyc.js: a stranger on a phone opens an account; two people of the bank
 * decide. */
"use strict";
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { so, run, signIn, complaints, main } = require("./bank.js");
const { has, press } = require("./page.js");

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

/* ---- what people do */

/* The newest message about ${subject} that was not read before. */
const letter = async (bank, subject) => {
	bank.read ??= new Set();
	for (let tries = 0; tries < 60; tries++) {
		const it = bank.inbox().find((one) => subject.test(one.subject) &&
			!bank.read.has(one.text + one.sent_at + one.to));

		if (it) {
			bank.read.add(it.text + it.sent_at + it.to);
			return it;
		}
		await new Promise((then) => setTimeout(then, 200));
	}
	throw new Error(`no message about ${subject}`);
};

const digits = async (bank, subject) =>
	(await letter(bank, subject)).text.match(/^\d{6}(?=:|$)/m)[0];

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
				await digits(bank, /code for your application/));
			await press(page, "Continue");
		});
	await so(say("a link to go on elsewhere is mailed"), () =>
		letter(bank, /Go on with your application/));
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

const showing = async (page, files, say) => {
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

const sending = async (page, bank, who, say) => {
	let reference;

	await so(say("all of it is shown again, and sent"), async () => {
		await has(page, "main", new RegExp(who.email));
		await has(page, "main", /Lindenweg 3/);
		await press(page, "Send the application");
		await h1(page, /^We have your application$/);
		[reference] = (await page.locator("main").innerText())
			.match(/\b[2-9A-Z]{4}-[2-9A-Z]{4}\b/);
	});
	return reference;
};

/* ---- what the bank does */

/* Somebody of the bank, at a desk, in front of one application. */
const desk = async (chrome, bank, user, reference) => {
	const context = await chrome.newContext(
		{ viewport: { width: 1280, height: 900 } });
	const page = await context.newPage();

	page.bad = complaints(context);
	await signIn(page, bank, user, "/staff/applications");
	await page.getByRole("link", { name: new RegExp(reference) }).click();
	return page;
};

const opened = async (page, name) => {
	const details = page.locator("details", { has: page.locator("summary",
		{ hasText: name }) });

	await details.locator("summary").click();
	return details;
};

const proposing = async (chrome, bank, user, who, reference, say) => {
	await so(say("one of the bank sees who waits, with the pictures beside"),
		async () => {
			const page = await desk(chrome, bank, user, reference);

			await has(page, "h1", new RegExp(who.name));
			await has(page, "main", /established/);
			for (const img of await page.locator(".pictures img").all()) {
				await img.scrollIntoViewIfNeeded();
				await page.waitForFunction((it) => it.complete &&
					it.naturalWidth > 0, await img.elementHandle());
			}
			assert.equal(await page.locator(".pictures img").count(), 3);
			const form = await opened(page, "Propose to approve");

			await form.getByRole("textbox").fill("The face fits.");
			await form.getByRole("button").click();
			await has(page, "main [role=status]", /Proposed to approve/);
			assert.equal(await page.getByRole("button", { name: "Agree" })
				.count(), 0);
			assert.deepEqual(page.bad, []);
			await page.context().close();
		});
};

const agreeing = async (chrome, bank, user, reference, say) => {
	await so(say("another agrees, and the account is open"), async () => {
		const page = await desk(chrome, bank, user, reference);

		await has(page, "main", /The face fits\./);
		await press(page, "Agree");
		await has(page, "main [role=status]", /Decided/);
		assert.deepEqual(page.bad, []);
		await page.context().close();
	});
};

const asking = async (chrome, bank, user, reference, say) => {
	await so(say("one of the bank asks for a better photo"), async () => {
		const page = await desk(chrome, bank, user, reference);
		const form = await opened(page, "Ask for more");

		await form.getByRole("radio", { name: "Documents" }).check();
		await form.getByRole("textbox").fill("The back is too dark.");
		await form.getByRole("button").click();
		await has(page, "main [role=status]", /Asked/);
		await page.context().close();
	});
};

/* ---- and then */

const link = async (bank, subject) =>
	(await letter(bank, subject)).text.match(/\/apply\/resume\?token=[\w-]+/)[0];

/* Wherever the letter is read. */
const resuming = async (page, bank, subject) => {
	await page.context().clearCookies();
	await page.goto(bank.door + await link(bank, subject));
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
		await page.fill("#code", await digits(bank, /sign in/));
		await page.click("main form[action='/verify-otp'] button");
		await has(page, "main", new RegExp(who.given));
		await has(page, "main", /Everyday account/);
		if (!page.plain)
			await fits(page);
	});
};

const applying = async (page, bank, who, files, say) => {
	await choosing(page, bank, say);
	await reaching(page, bank, who, say);
	await telling(page, who, say);
	await showing(page, files, say);
	await proving(page, who, say);
	return sending(page, bank, who, say);
};

/* With scripts, in one go. */
const straight = async (chrome, page, bank, who, files, say) => {
	const reference = await applying(page, bank, who, files, say);

	await proposing(chrome, bank, "sinead", who, reference, say);
	await so(say("the person is told to wait until the second has agreed"),
		async () => {
			await page.getByRole("link", { name: "Look again" }).click();
			await h1(page, /^We have your application$/);
		});
	await agreeing(chrome, bank, "tomasz", reference, say);
	await so(say("and is welcomed, by mail and where they waited"), async () => {
		const { text } = await letter(bank, /^Welcome to/);

		assert.match(text, /C000111/);
		await page.getByRole("link", { name: "Look again" }).click();
		await h1(page, /^Welcome: your account is open$/);
		await page.getByRole("link", { name: /^Choose user id/ }).click();
	});
	await entering(page, bank, who, say);
};

/* Without, and with a detour: asked for more, on another device each time. */
const detour = async (chrome, page, bank, who, files, say) => {
	const reference = await applying(page, bank, who, files, say);

	await asking(chrome, bank, "ingrid", reference, say);
	await so(say("the person reads what for, and goes on by the link"),
		async () => {
			await resuming(page, bank, /one thing more/);
			await page.goto(bank.door + "/apply/sent");
			await has(page, "main", /The back is too dark\./);
			await page.goto(bank.door + "/apply/documents");
		});
	await showing(page, files, say);
	await proving(page, who, say);
	await sending(page, bank, who, say);
	await proposing(chrome, bank, "ingrid", who, reference, say);
	await agreeing(chrome, bank, "sinead", reference, say);
	await so(say("and is welcomed by a mail that leads on"), async () => {
		await resuming(page, bank, /^Welcome to/);
		await page.goto(bank.door + "/apply/user");
	});
	await entering(page, bank, who, say);
};

const nora = { name: "Nora Neu", given: "Nora", family: "Neu", user: "nora",
	email: "nora@new.example", mobile: "+49 151 12345678",
	birth_date: "1994-02-28", birth: "940228", tax_id: "12 345 678 901" };
const ole = { ...nora, name: "Ole Borg", given: "Ole", family: "Borg",
	user: "ole.borg", email: "ole@new.example", mobile: "+49 151 87654321",
	tax_id: "98 765 432 109" };

const pictures = (bank) => Object.fromEntries([["front", "1000x630"],
	["back", "1000x630"], ["selfie", "700x900"]].map(([slot, size]) => {
	const file = path.join(bank.home, `${slot}.jpg`);

	fs.writeFileSync(file, Buffer.from(run("sh", ["-c",
		`${paint} jpeg ${size} noise turn6 gps | base64`]), "base64"));
	return [slot, file];
}));

const journey = async (chrome, bank, who, walk, options, say) => {
	const context = await chrome.newContext({ ...phone, ...options });
	const page = await context.newPage();
	const bad = complaints(context);
	page.plain = options.javaScriptEnabled === false;
	page.setDefaultTimeout(15000);
	bank.door = bank.at.replace(/\d+$/, (port) => port - 1111);
	await walk(chrome, page, bank, who, pictures(bank), say);
	await so(say("no page complained"), () => assert.deepEqual(bad, []));
	await so(say("and the book verifies"), () => bank.tool("verify"));
	await context.close();
};

main(async (chrome, scripted, plain) => {
	await journey(chrome, scripted, nora, straight, {},
		(name) => `with scripts: ${name}`);
	await journey(chrome, plain, ole, detour, { javaScriptEnabled: false },
		(name) => `without: ${name}`);
}, ["nginx", "lighttpd"]);
