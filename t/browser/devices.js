/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* devices.js: who is in, and who is out: devices, a lost phone, a form that
 * the end of a session caught unfinished. */
"use strict";
const assert = require("node:assert/strict");
const { so, signIn, complaints, main } = require("./bank.js");
const { press, has, fill, api } = require("./page.js");

const path = (page) => new URL(page.url()).pathname;

const everyday = async (page, bank) =>
	(await api(page, bank, "/accounts")).accounts
		.find((account) => account.category === "current");

/* A browser that has not been here is told of, once. */
const arriving = async (chrome, bank, user, options, say) => {
	const context = await chrome.newContext(options);
	const page = await context.newPage();
	const news = () => bank.inbox().filter((it) =>
		/new device/i.test(it.subject)).length;
	const before = news();

	await so(say("a sign-in with a new browser is told by message"), async () => {
		await signIn(page, bank, user);
		assert.equal(news(), before + 1);
		const message = bank.inbox().find((it) => /new device/i.test(it.subject));

		assert.match(message.text, /Device: .*Chrome · Linux/);
		assert.match(message.text, /127\.0\.0\.1/);
	});
	await so(say("the same browser again is no news"), async () => {
		await page.goto(bank.at + "/accounts");
		await page.locator("details.me > summary").click();
		await page.getByRole("button", { name: "Sign out" }).click();
		await has(page, "main", /You are signed out/);
		await signIn(page, bank, user);
		assert.equal(news(), before + 1);
	});
	await so(say("the page of devices says where, as far as it knows"), async () => {
		await page.goto(bank.at + "/sessions");
		await has(page, ".rows", /This device.*This network · 127\.0\.0\.1/);
	});
	await so(say("the page of activity tells all of it, newest first"), async () => {
		await page.goto(bank.at + "/activity");
		const acts = await page.locator(".rows b").allInnerTexts();

		assert.deepEqual(acts.slice(0, 2), ["Signed in.", "Signed out."]);
		await has(page, ".rows", /This device was used for the first time\./);
		await has(page, ".rows .sub", /Chrome · Linux/);
	});
	return { context, page };
};

/* The phone is gone; a thief has it, and a session. */
const losing = async (chrome, bank, user, payee, page, options, say) => {
	const context = await chrome.newContext(options);
	const other = await chrome.newContext(options);
	const [helper, thief] = [await context.newPage(), await other.newPage()];
	const mine = await everyday(page, bank);
	const theirs = await chrome.newContext(options);
	const payees = await theirs.newPage();
	let code;

	await signIn(payees, bank, payee);
	const to = (await everyday(payees, bank)).number;
	const order = { from: mine.number, to, amount: "3,00",
		payee_name: bank.people[payee].name };

	await so(say("an emergency code is made, and shown once"), async () => {
		await page.goto(bank.at + "/emergency-code");
		await press(page, "Make an emergency code");
		code = (await page.locator("main .key").innerText()).trim();
		assert.match(code, /^([0-9A-Z]{4}-){4}[0-9A-Z]{4}$/);
		await page.goto(bank.at + "/emergency-code");
		await has(page, "main", /You have a code/);
		assert.ok(!(await page.content()).includes(code));
	});
	await so(say("a thief orders a payment, which waits for its code"), async () => {
		await signIn(thief, bank, user, "/transfer");
		await fill(thief, order);
		await press(thief, "Check the payment");
		await press(thief, "Pay 3.00 EUR");
		await has(thief, "main", /You pay 3\.00 EUR/);
		assert.equal((await everyday(page, bank)).held,
			(Number(mine.held) + 3).toFixed(2));
	});
	await so(say("a code that is not right ends nothing"), async () => {
		await helper.goto(bank.at + "/login");
		await helper.getByRole("link", { name: "I have lost my phone" }).click();
		await helper.fill("#code", "AAAA-BBBB-CCCC-DDDD-EEEE");
		await press(helper, "Stop everything");
		await has(helper, "#problem", /This code is not right/);
		await page.goto(bank.at + "/accounts");
		assert.equal(path(page), "/accounts");
	});
	await so(say("the right one, from any browser, says what happens next"),
		async () => {
			await helper.fill("#code", code.toLowerCase().replaceAll("-", " "));
			await press(helper, "Stop everything");
			await has(helper, "main", /It is done\..*What happens next/);
		});
	if (options.javaScriptEnabled !== false)
		await so(say("an open page tells within 20 seconds that it is over"),
			() => has(thief, "#ended:not([hidden])", /You were signed out\./, 20000));
	await so(say("the thief and everybody else is out"), async () => {
		for (const it of [thief, page]) {
			await it.goto(bank.at + "/accounts");
			assert.equal(path(it), "/login");
		}
	});
	await so(say("a message says so"), () => {
		const message = bank.inbox().find((it) => /protected/.test(it.subject));

		assert.match(message.text, /nothing\s+leaves\s+your\s+accounts/);
	});
	await so(say("signed in again, nothing is held and nothing can be paid"),
		async () => {
			await signIn(page, bank, user);
			await has(page, "main", /Outgoing payments are stopped\./);
			assert.equal((await everyday(page, bank)).held, mine.held);
			await page.goto(bank.at + "/transfer");
			await fill(page, order);
			await press(page, "Check the payment");
			await has(page, "#problem", /The bank must release them\./);
		});
	await so(say("the operator releases it, and the payment goes"), async () => {
		bank.tool("user", "release", user);
		await page.goto(bank.at + "/transfer");
		assert.ok(!/are stopped/.test(await page.content()));
		await fill(page, order);
		await press(page, "Check the payment");
		await press(page, "Pay 3.00 EUR");
		await page.fill("#code", bank.code());
		await press(page, "Pay 3.00 EUR");
		await has(page, "h1", /^Payment made$/);
	});
	await so(say("the record has both"), async () => {
		await page.goto(bank.at + "/activity");
		await has(page, ".rows", /Outgoing payments were released\. By the bank/);
		await has(page, ".rows", /Lost phone: everything was signed out/);
	});
	for (const it of [context, other, theirs])
		await it.close();
};

/* SESSION_IDLE_MINUTES = 1. The page's own script leaves in time; without one
 * the button is pressed too late. */
const idling = async (page, bank, user, payee, options, say) => {
	const order = { to: "1234567", amount: "77,10", payee_name: payee,
		purpose: "half of it" };
	const scripts = options.javaScriptEnabled !== false;

	await page.goto(bank.at + "/transfer");
	await fill(page, order);
	if (scripts) {
		await so(say("who stops typing is warned, then signed out"), async () => {
			await page.waitForSelector("#idle:not([hidden])", { timeout: 45000 });
			await page.waitForURL(/\/login\?idle=1&next=%2Ftransfer/,
				{ timeout: 45000 });
			await has(page, "main", /You were signed out\./);
		});
	} else {
		await so(say("who sends a form too late is asked to sign in"), async () => {
			await page.waitForTimeout(61500);
			await press(page, "Check the payment");
			assert.equal(path(page), "/login");
			await has(page, "main", /You were signed out\./);
		});
	}
	await so(say("signed in again, the words are offered"), async () => {
		await page.fill("#user_id", user);
		await page.fill("#password", bank.people[user].password);
		await press(page, "Sign in");
		await page.fill("#code", bank.code());
		await press(page, "Continue");
		await page.waitForURL(bank.at + "/transfer");
		await has(page, "main [role=status]",
			/You were filling this in at \d\d:\d\d\./);
		assert.equal(await page.inputValue("#amount"), "");
	});
	await so(say("and taken up, all of them"), async () => {
		await page.getByRole("link", { name: "Take it up again" }).click();
		for (const [name, value] of Object.entries(order))
			assert.equal(await page.inputValue("#" + name), value, name);
	});
	await so(say("and discarded, none"), async () => {
		await press(page, "Discard");
		await page.waitForURL(bank.at + "/transfer");
		assert.equal(await page.locator("main [role=status]").count(), 0);
		assert.equal(await page.inputValue("#amount"), "");
	});
};

/* One browser ends the other's session; the other's page says so. */
const ending = async (chrome, bank, user, page, options, say) => {
	const context = await chrome.newContext(options);
	const open = await context.newPage();

	await signIn(open, bank, user, "/accounts");
	await so(say("signing out everywhere ends this browser and the others"), async () => {
		await page.goto(bank.at + "/sessions");
		await press(page, "Sign out everywhere");
		await has(page, "main", /You are signed out\./);
		await page.goto(bank.at + "/accounts");
		assert.equal(path(page), "/login");
	});
	if (options.javaScriptEnabled !== false)
		await so(say("whose open pages say so within 20 seconds"), async () => {
			await has(open, "#ended:not([hidden])", /You were signed out\./, 20000);
			await open.locator("#ended").getByRole("link").click();
			assert.equal(new URL(open.url()).search, "?next=%2Faccounts");
		});
	else
		await so(say("at the next press"), async () => {
			await open.getByRole("link", { name: "Transactions" }).first().click();
			assert.equal(path(open), "/login");
		});
	await context.close();
};

const whole = async (chrome, bank, user, payee, options, say) => {
	const { context, page } = await arriving(chrome, bank, user, options, say);
	const bad = complaints(context);

	page.setDefaultTimeout(10000);
	await losing(chrome, bank, user, payee, page, options, say);
	await so(say("no page complained"), () => assert.deepEqual(bad, []));
	await idling(page, bank, user, payee, options, say);
	await ending(chrome, bank, user, page, options, say);
	await context.close();
};

/* Both at once: most of the time is spent idling. */
main(async (chrome, nginx, lighttpd) => {
	for (const bank of [nginx, lighttpd])
		bank.tool("set", "SESSION_IDLE_MINUTES", "1");
	await Promise.all([
		whole(chrome, nginx, "amina", "jonas", {},
			(name) => `with scripts: ${name}`),
		whole(chrome, lighttpd, "edmund", "kofi",
			{ javaScriptEnabled: false }, (name) => `without: ${name}`),
	]);
}, ["nginx", "lighttpd"]);
