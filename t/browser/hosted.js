/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* hosted.js: a stranger on a phone whom Didit, or what stands in for it, looks
 * at on pages of its own. */
"use strict";
const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const { so } = require("./bank.js");
const { proposing, agreeing } = require("./office.js");
const { has, press } = require("./page.js");
const { letter, h1, choosing, reaching, telling, sending, entering,
	welcomed } = require("./stranger.js");

const program = path.join(process.env.CLICKNET_SRC, "t/lib/didit_hosted.py");

/* What stands in for Didit is the bank's Didit from now on. It ends when this
 * test does; end() says how it went. */
const standIn = async (bank, settings) => {
	const hook = bank.at.replace(/\d+$/, (port) => Number(port) + 5555) +
		"/didit-webhook";
	const it = spawn(program, [hook],
		{ stdio: ["pipe", "pipe", "inherit"] });
	const said = readline.createInterface({ input: it.stdout })
		[Symbol.asyncIterator]();
	const next = async () => JSON.parse((await said.next()).value);
	const all = { ...await next(), PUBLIC_BASE_URL: bank.door, ...settings };

	for (const [name, value] of Object.entries(all))
		bank.tool("set", name, String(value));
	await new Promise((then) => setTimeout(then, 1200)); /* until it is so */
	return { end: () => { it.stdin.end(); return next(); } };
};

/* To the page that is another's: what the person's document says is told
 * there, and what comes of it. */
const away = async (page, who, verdict) => {
	await has(page, "h1", /^Everything is ready$/, 20000);
	await page.getByRole("link", { name: "Go on to Didit" }).click();
	await h1(page, /^Hold your passport here$/);
	assert.equal(new URL(page.url()).hostname, "localhost");
	await page.getByLabel("first_name").fill(who.given);
	await page.getByLabel("last_name").fill(who.family);
	await page.getByLabel("date_of_birth").fill(who.birth_date);
	await page.getByRole("button", { name: verdict }).click();
	await h1(page, /^The check is under way$/);
	assert.equal(new URL(page.url()).pathname, "/apply/identity");
};

const going = async (page, who, verdict, say) => {
	await so(say("instead of photos Didit can be chosen"), async () => {
		await h1(page, /^Documents$/);
		await page.getByRole("link", { name: "Go on with Didit" }).click();
		await h1(page, /^Show that it is you$/);
		await press(page, "Begin the check");
	});
	await so(say("there a page of its own decides, and leads back"), () =>
		away(page, who, verdict));
};

/* Until what Didit said is there. */
const looking = async (page, words) => {
	for (let tries = 0; tries < 20 &&
	     /under way/.test(await page.locator("h1").innerText()); tries++) {
		await page.waitForTimeout(500);
		await page.getByRole("link", { name: "Look again" }).click();
	}
	await h1(page, words);
};

/* Didit's pictures are fetched meanwhile: they stand for the documents. */
const known = async (page, say) => {
	await so(say("then it is known who it is, and nothing is missing"),
		async () => {
			await page.getByRole("link", { name: "Go on", exact: true })
				.click();
			await h1(page, /^Is everything right\?$/);
			for (let tries = 0; tries < 50 && await page.locator("main")
				.getByText("this is still to do").count() > 0; tries++) {
				await page.waitForTimeout(200);
				await page.reload();
			}
			assert.equal(await page.locator("main")
				.getByText("this is still to do").count(), 0);
		});
};

/* What the bank's log says of the reports. */
const reports = (bank) =>
	fs.readFileSync(path.join(bank.home, "log/kyc.log"), "utf8").trim()
		.split("\n").map((line) => JSON.parse(line))
		.filter((line) => line.event === "didit_report")
		.map((line) => [line.status, line.result]);

/* ${ends}: how each check ended, each word of it told twice. */
const reported = async (bank, didit, ends, say) => {
	await so(say("each signed report was answered, and taken up once"),
		async () => {
			const { wrong, told, pictures } = await didit.end();

			assert.deepEqual(wrong, []);
			assert.deepEqual(told, ends.flatMap((end) => ["In Progress",
				end, end, "In Progress"].map((one) => [one, [204]])));
			assert.deepEqual(pictures.toSorted(), ends.flatMap(() =>
				["front.png", "live.png", "portrait.png"]).toSorted());
			assert.deepEqual(reports(bank), ends.flatMap((end) => [
				["In Progress", "applied"], [end, "applied"],
				[end, "known"], ["In Progress", "known"]]));
		});
};

const applying = async (page, bank, who, say) => {
	await choosing(page, bank, say);
	await reaching(page, bank, who, say);
	await telling(page, who, say);
};

/* In one go, and no people are needed. */
const looked = async (chrome, page, bank, who, say) => {
	const didit = await standIn(bank, { KYC_AUTO_APPROVE: "yes" });

	await applying(page, bank, who, say);
	await going(page, who, "Look at it", say);
	await so(say("who looks again is told what Didit has told"), () =>
		looking(page, /^We know who you are$/));
	await known(page, say);
	await sending(page, bank, who, say, /^Welcome: your account is open$/);
	await so(say("the rule opens the account at once"), async () => {
		await letter(bank, who, /^Welcome to/);
		await page.getByRole("link", { name: /^Choose user id/ }).click();
	});
	await reported(bank, didit, ["Approved"], say);
	await entering(page, bank, who, say);
};

/* With a detour: left there, and begun again; and two people decide. */
const leaving = async (chrome, page, bank, who, say) => {
	const didit = await standIn(bank, {});

	await applying(page, bank, who, say);
	await going(page, who, "Leave", say);
	await so(say("what was left there can be begun again"), async () => {
		await looking(page, /^Show that it is you$/);
		await has(page, "main", /The check was not finished/);
		await press(page, "Begin again");
		await away(page, who, "Look at it");
	});
	await so(say("the page goes on by itself when Didit has told"), () =>
		has(page, "h1", /^We know who you are$/, 20000));
	await known(page, say);
	const reference = await sending(page, bank, who, say);

	await reported(bank, didit, ["Abandoned", "Approved"], say);
	await proposing(chrome, bank, "sinead", who, reference, say);
	await agreeing(chrome, bank, "tomasz", reference, say);
	await welcomed(page, bank, who, say);
};

module.exports = { leaving, looked };
