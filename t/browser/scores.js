/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* scores.js: what Lighthouse says of a phone's first look at a page. */
"use strict";
const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const { so } = require("./bank.js");

const categories = ["performance", "accessibility", "best-practices", "seo"];
const pages = { "sign-in": "/login", offers: "/products", home: "/",
	transactions: "/transactions", transfer: "/transfer" };

/* A browser of its own, with a port to steer it by. */
const chromium = async () => {
	const home = fs.mkdtempSync(path.join(os.tmpdir(), "clicknet-chrome-"));
	const child = spawn(process.env.CHROMIUM ?? "/usr/bin/chromium", [
		"--headless=new", "--remote-debugging-port=0", "--no-first-run",
		`--user-data-dir=${home}`, "--disable-extensions", "--disable-sync",
		"--disable-component-update", "--disable-background-networking",
		...(process.getuid() === 0 ? ["--no-sandbox"] : []), "about:blank",
	], { stdio: "ignore" });
	const says = path.join(home, "DevToolsActivePort");
	let port;

	/* Written a moment after it is made: a line that ends is whole. */
	for (let i = 0; i < 200 && !port; i++) {
		await sleep(50);
		port = fs.existsSync(says) &&
			Number(fs.readFileSync(says, "utf8").match(/^(\d+)\n/)?.[1]);
	}
	assert.ok(port, "Chromium says no port");
	return {
		port,
		close: async () => {
			const gone = new Promise((done) => child.once("exit", done));

			child.kill();
			await gone;
			/* Its children may write for a moment longer. */
			fs.rmSync(home, { recursive: true, force: true,
				maxRetries: 10, retryDelay: 200 });
		},
	};
};

/* What kept a category from being perfect. */
const missing = (report) => categories.flatMap((name) =>
	report.categories[name].auditRefs
		.filter((ref) => ref.weight > 0)
		.map((ref) => report.audits[ref.id])
		.filter((audit) => audit.score !== null && audit.score < 1)
		.map((audit) => `${name}: ${audit.id} ${audit.displayValue ?? ""} ` +
			JSON.stringify(audit.details?.items ?? []).slice(0, 600)));

/* A machine busy with other things makes any page look slow now and then; a slow
 * page never looks fast. */
const tries = 8;

module.exports = async (bank, cookie) => {
	const lighthouse = (await import(require.resolve("lighthouse"))).default;
	const browser = await chromium();

	for (const [name, address] of Object.entries(pages))
		await so(`${name}: as fast, open and tidy as can be (best of ${tries})`, async () => {
			let best = { sum: -1 };

			for (let i = 0; i < tries && best.sum < 400; i++) {
				const { lhr } = await lighthouse(bank.at + address, {
					port: browser.port, logLevel: "silent", output: "json",
					onlyCategories: categories,
					extraHeaders: name === "sign-in" ? {} : { Cookie: cookie },
				});
				const now = categories.map((c) =>
					Math.round(lhr.categories[c].score * 100));
				const sum = now.reduce((a, b) => a + b, 0);

				assert.equal(lhr.finalDisplayedUrl, bank.at + address);
				if (sum > best.sum)
					best = { sum, now, lhr };
			}
			console.log(`# ${name}: ${best.now.join(" ")}`);
			assert.equal(best.sum, 400, missing(best.lhr).join("\n"));
		});
	await browser.close();
};
