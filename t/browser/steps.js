/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* steps.js: somebody asks a bank, step by step, and each answer is held against
 * its description. */
"use strict";
const { operations, strays } = require("./described.js");
const { ok } = require("./bank.js");

/* A path that names other servers is asked there, on this bank's ports. */
const address = (bank, name, at) => {
	const url = new URL(at, bank.at);
	const elsewhere = operations.get(name)?.servers?.[0].url;

	if (elsewhere !== undefined)
		url.port = Number(new URL(elsewhere).port) + Number(url.port) - 3333;
	return url;
};

const ask = async (bank, name, at,
	{ method, token, key, body, headers } = {}) => {
	const it = await fetch(address(bank, name, at), {
		method: method ?? name.split(" ")[0],
		redirect: "manual",
		headers: {
			Accept: "application/json",
			...token && { Authorization: `Bearer ${token}` },
			...key && { "Idempotency-Key": key },
			...body && { "Content-Type": "application/json" },
			...headers,
		},
		body: body && JSON.stringify(body),
		signal: AbortSignal.timeout(20000),
	});
	const text = await it.text();
	const type = (it.headers.get("Content-Type") ?? "").split(";")[0];

	return { status: it.status, headers: it.headers, type, text,
		json: /json$/.test(type) ? JSON.parse(text) : {} };
};

/* Somebody in front of ${bank}: a stranger until ${token} is set. */
const somebody = (bank) => {
	const say = (sentence) => `${bank.web}: ${sentence}`;
	const it = { token: undefined };

	it.step = async (sentence, name, status, body, at, key, headers) => {
		const answer = await ask(bank, name, at ?? name.split(" ")[1],
			{ token: it.token, key, body, headers });

		ok(answer.status === status && strays(name, answer).length === 0,
			say(sentence), ...strays(name, answer), answer.status,
			answer.text);
		return answer.json;
	};
	it.login = (user, password = bank.people[user].password) =>
		it.step(`${user} begins to sign in`, "POST /login", 200,
			{ user_id: user, password });
	it.give = (sentence, { challenge_id }, status, change = (code) => code) =>
		it.step(sentence, "POST /verify-otp", status,
			{ challenge_id, code: change(bank.code()) });
	it.enter = async (user, password) => {
		it.token = (await it.give(`${user} is in`,
			await it.login(user, password), 200)).token;
	};
	return it;
};

module.exports = { ask, somebody };
