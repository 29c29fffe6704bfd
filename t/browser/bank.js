/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bank.js: a bank of its own for each test, people in front of it, and TAP. */
"use strict";
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { chromium } = require("playwright-core");

const { CLICKNET_BUILD: build, CLICKNET_SRC: src } = process.env;
let count = 0, failed = 0;

const ok = (good, name, ...notes) => {
	count++;
	failed += good ? 0 : 1;
	console.log(`${good ? "" : "not "}ok ${count} - ${name}`);
	for (const note of good ? [] : notes)
		console.log("# " + String(note).slice(0, 3000)
			.replaceAll("\n", "\n# "));
	return good;
};

/* One sentence about the bank: it is so if ${run} does not throw. */
const so = async (name, run) => {
	try {
		await run();
		return ok(true, name);
	} catch (error) {
		return ok(false, name, error.stack ?? error);
	}
};

const run = (command, args, env = {}) => {
	const it = spawnSync(command, args, {
		encoding: "utf8", timeout: 120000, cwd: src, maxBuffer: 1 << 26,
		env: { ...process.env, ...env },
	});

	if (it.status !== 0)
		throw new Error(`${command} ${args.join(" ")}: ` +
			`${it.status}\n${it.stdout}${it.stderr}`);
	return it.stdout;
};

/* The bank opens on ports that nobody else has taken. */
const open = async (web = "nginx") => {
	const home = fs.mkdtempSync(path.join(os.tmpdir(), "clicknet-"));
	const server = (...args) =>
		run("script/server", ["--home", home, ...args]);
	let offset, tries = 0;

	for (;;) {
		/* Browsers refuse some ports up to 10080, those of other services. */
		offset = 8000 + Math.floor(Math.random() * 14000);
		try {
			server("--detach", "--no-install", "--no-build", "--web",
				web, "--port-offset", offset);
			break;
		} catch (error) {
			if (++tries === 5 || !/is taken/.test(error))
				throw error;
		}
	}
	const tool = (...args) =>
		run(path.join(build, "clicknet"),
			["--conf", path.join(home, "clicknet.conf"), ...args]);
	tool("set", "CAPTCHA", "off"); /* tests that want it turn it on */
	tool("set", "PASSWORD_HASH_NICE", "0"); /* others work beside */
	const people = Object.fromEntries(
		fs.readFileSync(path.join(home, "demo-signins.txt"), "utf8")
			.trim().split("\n").map((line) => line.split("\t"))
			.map(([user, password, name]) => [user, { password, name }]));
	const inbox = () =>
		JSON.parse(tool("inbox", "--json", "--wait", "10"));

	return {
		web, home, tool, people, inbox,
		at: `http://127.0.0.1:${3333 + offset}`,
		/* The code in the newest message that has one. */
		code: () => inbox().map((it) => it.text.match(/^\d{6}$/m))
			.find((it) => it)[0],
		/* Whoever is signed in gave their last code an hour ago. */
		longAgo: () => run(path.join(build, "t/helper/long_ago"), [],
			{ CLICKNET_CONF: path.join(home, "clicknet.conf") }),
		close: () => {
			server("--stop");
			fs.rmSync(home, { recursive: true, force: true });
		},
	};
};

/* Any other code than the right one. */
const wrong = (code) => code.replace(/./g, (d) => (Number(d) + 1) % 10);

const signIn = async (page, bank, user, next = "/") => {
	await page.goto(`${bank.at}/login?next=${encodeURIComponent(next)}`);
	await page.fill("#user_id", user);
	await page.fill("#password", bank.people[user].password);
	await page.click("main button:text-is('Sign in')");
	await page.fill("#code", bank.code());
	await page.click("main form[action='/verify-otp'] button");
	await page.waitForURL(bank.at + next);
};

/* Everything a page complains of, wherever it is said. That a page itself came
 * with a status like 422 is no complaint. */
const complaints = (context) => {
	const list = [];

	context.on("console", (it) => {
		if (["error", "warning"].includes(it.type()) &&
		    !(it.text().startsWith("Failed to load resource") &&
		      it.location().url === it.page()?.url()))
			list.push(`${it.page()?.url()}: ${it.text()}`);
	});
	context.on("weberror", (it) =>
		list.push(`${it.page()?.url()}: ${it.error()}`));
	context.on("requestfailed", (it) => {
		if (it.failure()?.errorText !== "net::ERR_ABORTED")
			list.push(`${it.url()}: ${it.failure()?.errorText}`);
	});
	return list;
};

const browser = (...args) => chromium.launch({
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
	args: [...(process.getuid() === 0 ? ["--no-sandbox"] : []), ...args],
});

/* Opens banks for ${tests}, and closes them whatever happens. */
const withBanks = async (tests, webs) => {
	const banks = [];

	process.on("exit", () => banks.forEach((bank) => bank.close()));
	for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"])
		process.on(signal, () => process.exit(1));

	try {
		for (const web of webs)
			banks.push(await open(web));
		await tests(...banks);
	} catch (error) {
		ok(false, "the test itself came to its end", error.stack ?? error);
	}
	console.log(`1..${count}`);
	process.exitCode = failed === 0 ? 0 : 1;
};

/* ...and a browser. */
const main = (tests, webs, ...args) => withBanks(async (...banks) => {
	const chrome = await browser(...args);

	try {
		await tests(chrome, ...banks);
	} finally {
		await chrome.close();
	}
}, webs);

module.exports = {
	ok, so, run, open, wrong, signIn, complaints, browser, withBanks, main,
};
