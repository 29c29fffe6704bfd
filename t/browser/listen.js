/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* listen.js: programs that listen to a bank over a WebSocket. */
"use strict";
const { once } = require("node:events");
const fs = require("node:fs");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const WebSocket = require("ws");
const { ask } = require("./steps.js");

/* Somebody signs in: {token, session_id}. */
const enter = async (bank, user) => {
	const begun = await ask(bank, "POST /login", "/login", { body: {
		user_id: user, password: bank.people[user].password,
	} });

	return (await ask(bank, "POST /verify-otp", "/verify-otp", { body: {
		challenge_id: begun.json.challenge_id, code: bank.code(),
	} })).json;
};

/* Asks for a socket: {status} and what was said if it does not open, else
 * {status: 101, messages, close()}; closed is its code, once it is. */
const knock = (bank, { at = "/ws", token, cookie, origin = bank.at,
	protocol = "clicknet.push", ...more } = {}) =>
	new Promise((resolve, reject) => {
		const line = new WebSocket(bank.at.replace("http", "ws") + at,
			protocol === null ? [] : protocol, {
				origin: origin ?? undefined,
				headers: {
					...token && { Authorization: `Bearer ${token}` },
					...cookie && { Cookie: `clicknet=${cookie}` },
				}, ...more,
			});
		const it = { status: 101, line, messages: [], closed: undefined,
			close: () => line.terminate() };

		line.on("message", (data) => it.messages.push({
			...JSON.parse(data), heard: Date.now(),
		}));
		line.on("close", (code) => { it.closed = code; });
		line.on("open", () => resolve(it));
		line.on("error", (error) => it.closed ?? reject(error));
		line.on("unexpected-response", async (_, answer) => {
			let text = "";

			for await (const part of answer)
				text += part;
			resolve({ status: answer.statusCode, text,
				headers: answer.headers });
			line.terminate();
		});
	});

/* Waits until ${run} is true; how many milliseconds it took. */
const until = async (run, most = 5000) => {
	const began = Date.now();

	while (!run()) {
		if (Date.now() - began > most)
			throw new Error(`not within ${most} ms: ${run}`);
		await sleep(2);
	}
	return Date.now() - began;
};

const pid = (bank, name) => Number(fs.readFileSync(
	path.join(bank.home, "run", `${name}.pid`), "utf8"));

/* Kilobytes that a program has in memory. */
const memory = (bank, name) => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(
	`/proc/${pid(bank, name)}/status`, "utf8"))[1]);

/* Until push says that it is well. */
const well = async (bank) => {
	for (let i = 0; i < 300; i++, await sleep(20))
		if ((await ask(bank, "GET /health/{program}", "/health/push"))
			.status === 200)
			return;
	throw new Error("push is not well");
};

/* Ends push and waits for the next one; Linux hands out numbers in turn. */
const again = async (bank, signal = "SIGKILL") => {
	const old = pid(bank, "push");

	process.kill(old, signal);
	await until(() => {
		try {
			return pid(bank, "push") !== old;
		} catch {
			return false;
		}
	});
	await well(bank);
};

/* ${from} pays ${to}, with a code; the time it was paid. */
const pay = async (bank, token, order) => {
	const held = await ask(bank, "POST /transfer", "/transfer", {
		token, key: `push-${Math.random()}`, body: order,
	});
	const paid = await ask(bank, "POST /verify-otp", "/verify-otp", {
		token, body: { challenge_id: held.json.challenge_id,
			code: bank.code() },
	});

	if (paid.status !== 201)
		throw new Error(held.text + paid.text);
	return Date.now();
};

module.exports = { again, enter, knock, memory, once, pay, pid, sleep, until,
	well };
