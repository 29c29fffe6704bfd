/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* push.js: what reaches open pages, whom, how soon, and what does not. */
"use strict";
const assert = require("node:assert/strict");
const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");
const { ok, so, run, signIn, complaints, main } = require("./bank.js");
const { press, has } = require("./page.js");
const { again, enter, knock, memory, once, pay, pid, sleep, until, well } =
	require("./listen.js");
const { ask } = require("./steps.js");

const SECOND = 1000;
const ROOM_KIB = 32 * 1024;
const nobody = "0190b6f0-5c1e-7a31-9c42-3f5d0a7be611"; // an id of nothing

const accounts = async (bank, token) =>
	(await ask(bank, "", "/accounts", { method: "GET", token }))
		.json.accounts;

const everyday = async (bank, token) => (await accounts(bank, token))
	.find((it) => it.category === "current");

/* Somebody who listens. */
const listening = async (bank, who, more = {}) => {
	const it = await knock(bank, { cookie: who.token, ...more });

	assert.equal(it.status, 101, it.text);
	return it;
};

/* ---- who may listen */

const refused = async (bank, amina, jonas, say) => {
	const cookie = amina.token;
	const tried = async (name, status, how) => {
		const it = await knock(bank, how);

		ok(it.status === status &&
			(status === 101 || JSON.parse(it.text).status === status),
		say(name), it.status, it.text);
		it.close?.();
		return it;
	};

	await tried("a stranger's socket does not open", 401, {});
	await tried("nor one with a cookie of nobody", 401,
		{ cookie: "A".repeat(43) });
	await tried("nor another site's with our cookie", 403,
		{ cookie, origin: "https://evil.example" });
	await tried("nor one that looks like ours", 403,
		{ cookie, origin: bank.at + "0" });
	await tried("nor one of no page at all", 403, { cookie, origin: null });
	await tried("one's own does", 101, { cookie });
	await tried("by its session's address too", 101,
		{ cookie, at: `/initialize/${amina.session_id}` });
	const theirs = await tried("not by another's", 403,
		{ cookie, at: `/initialize/${jonas.session_id}` });
	const none = await tried("nor by nobody's", 403,
		{ cookie, at: `/initialize/${nobody}` });
	ok(theirs.text.replace(/"request_id":"[^"]*"/, "") ===
		none.text.replace(/"request_id":"[^"]*"/, ""),
	say("which are answered alike"));
	await tried("nor by nonsense", 403, { cookie, at: "/initialize/x" });
	await tried("a program has a token and no page", 101,
		{ token: amina.token, origin: null });
	await tried("another site has none", 403,
		{ token: amina.token, origin: "https://evil.example" });
	await tried("a socket of another protocol does not open", 400,
		{ cookie, protocol: "chat" });
	await tried("nor one of none", 400, { cookie, protocol: null });
	await tried("nor one that heard what nobody said", 422,
		{ cookie, at: "/ws?after=0123456789abcdef" });
	await tried("there is nothing below it", 404,
		{ cookie, at: `/initialize/${amina.session_id}/x` });
	bank.tool("set", "SYSTEM_DOWN", "yes");
	await sleep(1500);
	const down = await knock(bank, { cookie });
	ok(down.status === 503 && down.headers["retry-after"] === "30",
		say("while the bank is closed none opens"), down.status, down.text);
	bank.tool("set", "SYSTEM_DOWN", "no");
	await sleep(1500);
};

/* ---- what is heard */

const paying = async (bank, amina, jonas, say) => {
	const from = (await everyday(bank, amina.token)).number;
	const to = (await everyday(bank, jonas.token)).number;
	const order = { from, to, amount: "4.20", payee_name:
		bank.people.jonas.name };
	const kofi = await enter(bank, "kofi");
	const lines = await Promise.all([amina, jonas, kofi]
		.map((it) => listening(bank, it)));
	const [payer, payee, other] = lines;
	const at = await pay(bank, amina.token, order);

	await so(say("who is paid hears of it within a second"), async () => {
		await until(() => payee.messages.length > 0);
		const [news] = payee.messages;

		console.log(`# ${bank.web}: paid, told ${news.heard - at} ms later`);
		assert.equal(news.type, "transfer.received");
		assert.ok(news.heard - at < SECOND);
		assert.match(news.id, /^[0-9a-f]{16}$/);
		assert.match(news.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
		assert.deepEqual([news.data.amount, news.data.currency, news.data.to],
			["4.20", "EUR", to]);
	});
	await so(say("and so does who paid"), async () => {
		await until(() => payer.messages.length > 0);
		assert.equal(payer.messages[0].type, "transfer.posted");
	});
	ok(other.messages.length === 0 && payer.messages.length === 1 &&
		payee.messages.length === 1, say("and nobody else, and once"),
	JSON.stringify(other.messages));

	await so(say("what was missed is told again, and no more"), async () => {
		payee.close();
		await pay(bank, amina.token, { ...order, amount: "4.30" });
		await pay(bank, amina.token, { ...order, amount: "4.40" });
		const back = await listening(bank, jonas,
			{ at: `/ws?after=${payee.messages[0].id}` });

		await until(() => back.messages.length === 2);
		await sleep(600);
		assert.deepEqual(back.messages.map((it) => it.data.amount),
			["4.30", "4.40"]);
		back.close();
		const last = await listening(bank, jonas, { at:
			`/initialize/${jonas.session_id}?after=${back.messages[1].id}` });

		await sleep(600);
		assert.equal(last.messages.length, 0);
		last.close();
	});
	const stolen = await knock(bank, { cookie: kofi.token,
		at: `/ws?after=${payer.messages[0].id}` });
	ok(stolen.status === 422, say("another's message is no place to begin"),
		stolen.status, stolen.text);
	lines.forEach((it) => it.close());
};

const ending = async (bank, amina, say) => {
	const second = await enter(bank, "amina");
	const [here, there] = await Promise.all(
		[amina, second].map((it) => listening(bank, it)));
	const at = Date.now();

	await ask(bank, "", `/sessions/${second.session_id}`,
		{ method: "DELETE", token: amina.token });
	await so(say("a session that is ended elsewhere hears so within a second"),
		async () => {
			await until(() => there.closed !== undefined);
			const [news] = there.messages;

			console.log(`# ${bank.web}: ended, told ${news.heard - at} ms ` +
				"later");
			assert.equal(there.messages.length, 1);
			assert.equal(news.type, "session.ended");
			assert.deepEqual(news.data, { session_id: second.session_id,
				reason: "ended" });
			assert.ok(news.heard - at < SECOND);
			assert.equal(there.closed, 4401);
		});
	ok(here.messages.length === 0 && here.closed === undefined,
		say("the person's other one stays"));
	ok((await knock(bank, { cookie: second.token })).status === 401,
		say("and the door is closed"));
	await so(say("signing out closes the pages that are left open"), async () => {
		const third = await enter(bank, "amina");
		const page = await listening(bank, third);

		await ask(bank, "", "/logout", { method: "POST", body: {},
			token: third.token });
		await until(() => page.closed === 4401);
		assert.equal(page.messages[0].data.reason, "signed_out");
	});
	await so(say("a socket that is open keeps no session alive"), async () => {
		const fourth = await enter(bank, "amina");
		const page = await listening(bank, fourth);
		const hex = fourth.session_id.replaceAll("-", "");

		run("sqlite3", [path.join(bank.home, "bank.db"), "PRAGMA busy_timeout" +
			"=9000; UPDATE session SET last_seen = last_seen - 361000 " +
			`WHERE hex(id) = '${hex.toUpperCase()}'`]);
		const took = await until(() => page.closed !== undefined, 12000);

		console.log(`# ${bank.web}: idled out, closed ${took} ms later`);
		assert.equal(page.closed, 4401);
		assert.equal(page.messages.length, 0);
	});
	here.close();
};

/* ---- what disturbs it, and does not */

const attacked = async (bank, amina, say) => {
	const health = async () => (await ask(bank, "", "/health/push",
		{ method: "GET" })).status;
	const before = pid(bank, "push");
	const said = async (what) => {
		const it = await listening(bank, amina);

		it.line.send(what);
		await until(() => it.closed !== undefined);
		return it.closed;
	};

	await so(say("who says something is shown out"), async () =>
		assert.equal(await said("hello"), 1008));
	await so(say("who says a megabyte, too"), async () =>
		assert.notEqual(await said(Buffer.alloc(1 << 20)), undefined));
	await so(say("a ping is answered"), async () => {
		const it = await listening(bank, amina);
		const pong = once(it.line, "pong");

		it.line.ping("are you there");
		assert.equal(String((await pong)[0]), "are you there");
		it.close();
	});
	await so(say("ten pages of a session listen, the next asks"), async () => {
		await sleep(300);
		const ten = [];

		for (let i = 0; i < 10; i++)
			ten.push(await listening(bank, amina));
		const more = await knock(bank, { cookie: amina.token });

		assert.equal(more.status, 429);
		assert.equal(more.headers["retry-after"], "30");
		ten.forEach((it) => it.close());
		await sleep(300);
		(await listening(bank, amina)).close();
	});
	await so(say("a flood of strangers changes nothing"), async () => {
		const page = await listening(bank, amina);
		const crowd = [];

		for (let i = 0; i < 1500; i++) {
			crowd.push(knock(bank, i % 2 ? {} : { cookie: amina.token,
				origin: "https://evil.example" }).catch(() => null));
			if (i % 50 === 0)
				await sleep(1);
		}
		const statuses = (await Promise.all(crowd)).map((it) => it?.status);

		assert.ok(statuses.filter((it) => it === 401 || it === 403).length >
			1000, String(statuses));
		assert.equal(page.closed, undefined);
		page.close();
	});
	ok(await health() === 200 && pid(bank, "push") === before,
		say("it is well, and the same as before"));
};

/* Connections to push itself, as the web server makes them. */
const silent = (bank, token) => new Promise((resolve, reject) => {
	const line = net.connect(path.join(bank.home, "run/push.sock"), () => {
		line.write("GET /ws HTTP/1.1\r\nHost: bank\r\nUpgrade: websocket\r\n" +
			"Connection: upgrade\r\nSec-WebSocket-Version: 13\r\n" +
			"Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n" +
			"Sec-WebSocket-Protocol: clicknet.push\r\n" +
			`Authorization: Bearer ${token}\r\n\r\n`);
		line.once("data", (data) => {
			line.pause(); // and never reads again
			resolve({ line, answer: String(data) });
		});
	});
	line.on("error", reject);
});

const slow = async (bank, amina, say) => {
	const jonas = await enter(bank, "jonas");
	const customer = run("sqlite3", [path.join(bank.home, "bank.db"),
		"SELECT customer FROM bank_user WHERE user_id = 'jonas'"]).trim();
	const deaf = await silent(bank, jonas.token);
	const page = await listening(bank, jonas);
	const log = path.join(bank.home, "log/push.log");
	const many = 5000;

	assert.match(deaf.answer, /^HTTP\/1.1 101/);
	await so(say("who does not read holds nobody up"), async () => {
		const at = Date.now();

		run("sqlite3", [path.join(bank.home, "bank.db"),
			"PRAGMA busy_timeout=9000; WITH RECURSIVE n(i) AS (SELECT 1 " +
			`UNION ALL SELECT i + 1 FROM n WHERE i < ${many}) INSERT INTO ` +
			"event (type, customer, data, created_at) SELECT " +
			`'transfer.received', ${customer}, '{"amount":"' || i || '"}', ` +
			"1 FROM n"]);
		await until(() => page.messages.length === many, 20000);
		console.log(`# ${bank.web}: ${many} messages in ` +
			`${page.messages.at(-1).heard - at} ms, ` +
			`${memory(bank, "push")} KiB`);
		assert.deepEqual(page.messages.map((it) => it.data.amount),
			Array.from({ length: many }, (_, i) => String(i + 1)));
		assert.ok(memory(bank, "push") < ROOM_KIB);
	});
	await so(say("and is let go"), async () => {
		const took = await until(() => /"event":"slow"/.test(
			fs.readFileSync(log, "utf8")), 40000);

		console.log(`# ${bank.web}: after ${took} ms`);
		deaf.line.destroy();
	});
	page.close();
};

/* ---- a thousand pages */

const crowded = async (bank, say) => {
	const tokens = [], lines = [];

	bank.tool("set", "PUSH_SOCKETS", "2000");
	bank.tool("set", "PUSH_SOCKETS_SESSION", "200");
	await again(bank, "SIGTERM");
	const empty = memory(bank, "push");

	for (const user of ["amina", "jonas", "kofi", "edmund", "noor", "amina"])
		tokens.push(bank.tool("token", "--user-id", user, "--read-only")
			.trim());
	await so(say("a thousand pages listen"), async () => {
		for (let i = 0; i < 1000; i += 50)
			lines.push(...await Promise.all(Array.from({ length: 50 },
				(_, n) => knock(bank, { token: tokens[(i + n) % 5],
					origin: null }))));
		assert.deepEqual([...new Set(lines.map((it) => it.status))], [101]);
	}).catch(() => 0);
	const full = memory(bank, "push");

	console.log(`# ${bank.web}: ${empty} KiB with nobody, ${full} KiB with ` +
		`${lines.length}`);
	ok(full < ROOM_KIB, say("in 32 MiB"), full);
	await so(say("and each concerned is told within a second"), async () => {
		const them = lines.filter((_, i) => i % 5 === 1); // jonas's
		const customer = run("sqlite3", [path.join(bank.home, "bank.db"),
			"SELECT customer FROM bank_user WHERE user_id = 'jonas'"]).trim();
		const at = Date.now();

		run("sqlite3", [path.join(bank.home, "bank.db"),
			"PRAGMA busy_timeout=9000; INSERT INTO event (type, customer, " +
			`data, created_at) VALUES ('transfer.received', ${customer}, ` +
			"'{}', 1)"]);
		await until(() => them.every((it) => it.messages.length === 1));
		const took = Math.max(...them.map((it) => it.messages[0].heard)) - at;

		console.log(`# ${bank.web}: ${them.length} told in ${took} ms`);
		assert.ok(took < SECOND);
		assert.ok(lines.every((it, i) => i % 5 === 1 ||
			it.messages.length === 0));
	});
	await so(say("one person cannot take all places"), async () => {
		const more = await knock(bank, { token: tokens[5], origin: null });

		assert.equal(more.status, 429);
	});
	await so(say("when push ends, they are told to come again"), async () => {
		await again(bank, "SIGTERM");
		await until(() => lines.every((it) => it.closed !== undefined));
		const told = lines.filter((it) => it.closed === 1012).length;

		console.log(`# ${bank.web}: ${told} of ${lines.length} by 1012`);
		assert.ok(told > lines.length / 2);
	});
	bank.tool("set", "PUSH_SOCKETS", "3");
	await again(bank);
	await so(say("when all places are taken the next page asks"), async () => {
		const three = [];

		for (let i = 0; i < 3; i++)
			three.push(await knock(bank, { token: tokens[i], origin: null }));
		assert.equal((await knock(bank, { token: tokens[3], origin: null }))
			.status, 503);
		three.forEach((it) => it.close());
	});
	bank.tool("set", "PUSH_SOCKETS", "1000");
	await again(bank);
};

/* ---- pages */

const pages = async (chrome, bank, say) => {
	const context = await chrome.newContext();
	const other = await chrome.newContext();
	const page = await context.newPage(), far = await other.newPage();
	const bad = complaints(context);
	const open = page.waitForEvent("websocket");

	await signIn(page, bank, "noor", "/accounts");
	await signIn(far, bank, "noor", "/sessions");
	await open;
	const edmund = await enter(bank, "edmund");
	const noor = await enter(bank, "noor");
	const order = { from: (await everyday(bank, edmund.token)).number,
		to: (await everyday(bank, noor.token)).number, amount: "1.05",
		payee_name: bank.people.noor.name };

	await sleep(1500); // until it listens
	await so(say("a page tells of a payment within a second, calmly"),
		async () => {
			const at = await pay(bank, edmund.token, order);

			await has(page, "#paid:not([hidden])", /Money received: 1\.05 EUR/, 5000);
			console.log(`# ${bank.web}: page told after ${Date.now() - at} ms`);
			assert.ok(Date.now() - at < SECOND);
			assert.equal(await page.locator("[role=status] #paid").count(), 1);
			await page.locator("#paid").getByRole("button").click();
			assert.ok(await page.locator("#paid").isHidden());
			await page.goto(bank.at + "/transactions");
			await has(page, "main", /1\.05/);
		});
	await so(say("an allowed socket is no complaint"), () =>
		assert.deepEqual(bad, []));
	await so(say("a push that was killed is listened to again"), async () => {
		await again(bank);
		await sleep(5000);
		await pay(bank, edmund.token, { ...order, amount: "1.06" });
		await has(page, "#paid:not([hidden])", /Money received: 1\.06 EUR/, 2000);
	});
	await so(say("a page tells within a second that it is over"), async () => {
		await far.reload();
		const at = Date.now();

		await press(far, "Sign out all others");
		await has(page, "#ended:not([hidden])", /You were signed out\./, 5000);
		console.log(`# ${bank.web}: page told after ${Date.now() - at} ms`);
		assert.ok(Date.now() - at < SECOND);
		assert.ok(await page.locator("#paid").isHidden());
	});
	await so(say("without push a page asks, and tells all the same"),
		async () => {
			const supervisor = pid(bank, "push.supervisor");

			await signIn(page, bank, "noor", "/accounts");
			await sleep(1000);
			process.kill(supervisor, "SIGSTOP");
			process.kill(pid(bank, "push"), "SIGKILL");
			try {
				await far.reload();
				await press(far, "Sign out all others");
				await has(page, "#ended:not([hidden])", /You were signed out\./, 20000);
			} finally {
				process.kill(supervisor, "SIGCONT");
			}
			await well(bank);
		});
	await context.close();
	await other.close();
};

const unlogged = (bank, say, ...secrets) => {
	const logs = path.join(bank.home, "log");
	const text = fs.readdirSync(logs).map((name) =>
		fs.readFileSync(path.join(logs, name), "utf8")).join("");

	ok(secrets.every((it) => !text.includes(it)) && text.includes("/ws"),
		say("no token, no amount and no place in the book is in a log"));
};

const whole = async (chrome, bank) => {
	const say = (name) => `${bank.web}: ${name}`;
	const amina = await enter(bank, "amina");
	const jonas = await enter(bank, "jonas");

	await refused(bank, amina, jonas, say);
	await paying(bank, amina, jonas, say);
	await ending(bank, amina, say);
	await attacked(bank, amina, say);
	await slow(bank, amina, say);
	await pages(chrome, bank, say);
	await crowded(bank, say);
	unlogged(bank, say, amina.token, jonas.token, "\"4.20\"", "after=");
};

main(async (chrome, nginx, lighttpd) => {
	await whole(chrome, nginx);
	await whole(chrome, lighttpd);
}, ["nginx", "lighttpd"]);
