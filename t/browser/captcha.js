/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* captcha.js: who guesses is asked to show that they are a person, and can:
 * with scripts, without, and with somebody else's program. */
"use strict";
const assert = require("node:assert/strict");
const { createChallenge, solveChallenge, verifySolution } =
	require("altcha-lib/v1");
const { so, complaints, main } = require("./bank.js");
const { waiting, waited } = require("./page.js");

const json = { Accept: "application/json" };
const encode = (solution) =>
	Buffer.from(JSON.stringify(solution)).toString("base64");

const puzzle = async (bank) =>
	(await fetch(bank.at + "/captcha", { headers: json })).json();
const verify = async (bank, token) =>
	(await fetch(bank.at + "/VerifyCaptcha", { method: "POST",
		headers: { ...json, "Content-Type": "application/json" },
		body: JSON.stringify({ token }) })).json();

const solved = async (bank) => {
	const { algorithm, challenge, salt, signature, maxnumber } =
		await puzzle(bank);
	const { promise } = solveChallenge(challenge, salt, algorithm, maxnumber);
	const { number, took } = await promise;

	return { algorithm, challenge, number, salt, signature, took };
};

/* Another program than ours solves what we set. */
const others = async (bank) => {
	const solution = await solved(bank), token = encode(solution);

	await so("altcha-lib solves the bank's puzzle", async () => {
		const answer = await verify(bank, token);

		assert.equal(answer.success, true);
		assert.match(answer.captcha, /^ticket\./);
	});
	await so("the same solution is good once", async () => {
		assert.deepEqual(await verify(bank, token), { success: false });
	});
	await so("a wrong number is none (negative control)", async () => {
		const { number, ...rest } = await solved(bank);

		assert.deepEqual(await verify(bank,
			encode({ ...rest, number: number + 1 })), { success: false });
	});
	await so("nor is a puzzle of another key", async () => {
		const { maxnumber, ...its } = await createChallenge({
			hmacKey: "not the bank's", maxNumber: 500 });
		const { promise } = solveChallenge(its.challenge, its.salt,
			its.algorithm, maxnumber);

		assert.deepEqual(await verify(bank, encode({ ...its,
			number: (await promise).number })), { success: false });
	});
};

const send = async (page, user, password) => {
	await page.fill("#user_id", user);
	await page.fill("#password", password);
	await page.click("main form button:text-is('Sign in')");
};

/* The bank's script solves what another program sets. */
const scripted = async (chrome, bank) => {
	const context = await chrome.newContext();
	const list = complaints(context);
	const page = await context.newPage();
	const { password } = bank.people.amina;

	await page.goto(bank.at + "/login");
	await so("who did nothing wrong is asked nothing", async () => {
		assert.equal(await page.locator("#captcha").count(), 0);
	});
	await send(page, "amina", "not this one");
	await page.waitForSelector("#problem");
	await send(page, "amina", "nor this one");
	await page.waitForSelector("#captcha");
	await so("after two wrong passwords the browser works it out", async () => {
		await page.waitForSelector("#captcha [role=status]:text-is(" +
			"'Confirmed. You can go on.')", { timeout: 20000 });
		assert.equal(await page.locator("[data-wait]").isVisible(), false);
	});
	await so("and the right one leads on", async () => {
		await send(page, "amina", password);
		await page.waitForURL(/verify-otp/);
	});

	await page.route("**/captcha", async (route) => {
		await new Promise((done) => setTimeout(done, 500));
		await route.continue();
	});
	await page.goto(bank.at + "/login");
	await so("sent before it is worked out, the form goes when it is",
		async () => {
			await send(page, "kofi", bank.people.kofi.password);
			assert.match(page.url(), /\/login$/);
			await page.waitForURL(/verify-otp/, { timeout: 20000 });
		});
	await page.unroute("**/captcha");

	await page.route("**/captcha", async (route) => route.fulfill({
		json: await createChallenge({ hmacKey: "theirs", maxNumber: 50000,
			expires: new Date(Date.now() + 60000) }) }));
	await page.goto(bank.at + "/login");
	await so("altcha-lib takes what the bank's script works out", async () => {
		await page.waitForFunction(() =>
			document.querySelector("[name=captcha]")?.value,
		null, { timeout: 20000 });
		assert.equal(await verifySolution(
			await page.inputValue("[name=captcha]"), "theirs"), true);
	});
	await page.unroute("**/captcha");

	await page.route("**/captcha", (route) => route.fulfill({
		json: { algorithm: "SHA-1" } }));
	await page.goto(bank.at + "/login");
	await so("if it cannot, the other way is shown", async () => {
		await page.waitForSelector("[data-wait]:visible");
	});
	await so("no page complained", () => assert.deepEqual(list, []));
	await context.close();
};

const unscripted = async (chrome, bank) => {
	const context = await chrome.newContext({ javaScriptEnabled: false });
	const page = await context.newPage();
	const { password } = bank.people.amina;

	await page.goto(bank.at + "/login");
	await so("without scripts a right password alone is not enough then",
		async () => {
			await send(page, "amina", password);
			await page.waitForSelector("#problem a[href='#captcha']");
		});
	await so("the wait begins beside the form", async () => {
		const tab = await waiting(page);

		assert.match(await tab.textContent("h1"),
			/^Please wait 5 seconds$/);
		await tab.click("main a.btn");
		assert.match(await tab.textContent("h1"), /^Not quite yet$/);
		await tab.close();
	});
	await so("and ends by itself", async () => {
		await waited(page);
		await page.goto(bank.at + "/login");
		assert.match(await page.textContent("#captcha"), /You have waited/);
	});
	await so("then the right password leads on", async () => {
		await send(page, "amina", password);
		await page.waitForURL(/verify-otp/);
	});
	await so("once", async () => {
		await page.goto(bank.at + "/login");
		assert.match(await page.textContent("#captcha"), /Without JavaScript/);
	});
	await context.close();
};

main(async (chrome, bank) => {
	bank.tool("set", "CAPTCHA", "auto");
	bank.tool("set", "CAPTCHA_WAIT_SECONDS", "5");
	await new Promise((done) => setTimeout(done, 1200));
	await others(bank);
	await scripted(chrome, bank);
	await unscripted(chrome, bank);
}, ["nginx"]);
