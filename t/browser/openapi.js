/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* openapi.js: what is described is served, and what is served is described. */
"use strict";
const assert = require("node:assert/strict");
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const { bytes, doc, examples, file, lacks, operations, strays, walk } =
	require("./described.js");
const { ok, so, wrong, withBanks } = require("./bank.js");
const { applicant, strangers } = require("./applicant.js");
const { people } = require("./people.js");
const { staffing, staffs } = require("./staffing.js");
const { ask, somebody } = require("./steps.js");

const build = process.env.CLICKNET_BUILD;
const nobody = "0190b6f0-5c1e-7a31-9c42-3f5d0a7be611"; // an id of nothing
const json = "application/json";

const none = (list, name) => ok(list.length === 0, name, ...list);

/* Every route of every program: {program, name: "GET /sessions", at, flags}.
 * A program is what can list its routes. */
const served = fs.readdirSync(build)
	.filter((name) => /^clicknet-\w+$/.test(name))
	.flatMap((name) => {
		const it = spawnSync(path.join(build, name), ["--routes"],
			{ encoding: "utf8" });
		const rows = it.status === 0 ? it.stdout.trim().split("\n") : [];

		return rows.map((row) => row.split(" ")).map(([method, at, flags]) =>
			({ program: name.slice("clicknet-".length), method, at,
				name: `${method} ${at}`, flags: flags.split(",") }));
	});

/* ---- the file by itself */

const lint = (text) => {
	const it = spawnSync(process.execPath, [
		path.join(path.dirname(require.resolve("@redocly/cli/package.json")),
			"bin/cli.js"), "lint", "--format=json", text,
	], {
		encoding: "utf8", timeout: 60000,
		env: { ...process.env, REDOCLY_TELEMETRY: "off",
			REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
	});

	if (!it.stdout.startsWith("{"))
		return [it.stdout + it.stderr];
	return JSON.parse(it.stdout).problems
		.map((one) => `${one.severity} ${one.ruleId}: ${one.message} ` +
			one.location[0]?.pointer);
};

const theFile = (copy) => {
	const version = spawnSync(path.join(build, "clicknet"), ["--version"],
		{ encoding: "utf8" }).stdout.trim();

	ok(version === `clicknet ${doc.info.version}`,
		"the description is of this version", version);
	none(lint(file), "the description has no error and no warning");
	fs.writeFileSync(copy, bytes.toString()
		.replace("#/components/schemas/Balance", "#/components/schemas/No"));
	ok(lint(copy).some((line) => line.includes("no-unresolved-refs")),
		"one that leads nowhere has", ...lint(copy));

	const list = examples();
	none(list.flatMap(([where, way, value]) =>
		lacks(way, value).map((it) => `${where}: ${it}`)),
	`its ${list.length} examples are as it says`);
	ok(list.length >= 30, "and there are examples", list.length);
	none([...walk(doc)].filter(([node]) => "allOf" in node)
		.map(([, way]) => way.join(" ")),
	"every object is described in one place");

	const of = ["components", "schemas", "Balance"];
	const balance = { ...list.find(([where]) => where.startsWith(
		"paths /balance get responses"))[2] };
	ok(lacks(of, { ...balance, balance: 1284.5 }).length > 0 &&
		lacks(of, { ...balance, more: "" }).length > 0 &&
		lacks(of, { ...balance, held: undefined }).length > 0 &&
		lacks(of, { ...balance, as_of: "today" }).length > 0,
	"a number for money, an unknown member, a missing one would be seen");
};

/* What of two lists of "METHOD /path" is in one only. */
const apart = (described, routes) => [
	...described.filter((name) => !routes.includes(name))
		.map((name) => `${name} is served by nobody`),
	...routes.filter((name) => !described.includes(name))
		.map((name) => `${name} is not described`),
];

/* No security is needed, or none is one of the ways. */
const guest = (security) => security.length === 0 ||
	security.some((way) => Object.keys(way).length === 0);

const theRoutes = () => {
	const described = [...operations.keys()];
	const routes = served.map((route) => route.name);

	none(apart(described, routes), "what is served is what is described");
	ok(apart(["GET /", "GET /nobody"], ["GET /", "PUT /secret"]).join() ===
		"GET /nobody is served by nobody,PUT /secret is not described",
	"one route more on either side would be named");

	const known = served.filter(({ name }) => operations.has(name));
	none(known.filter(({ name, flags }) => flags.includes("guest") !==
		guest(operations.get(name).security))
		.map((route) => route.name),
	"it says which routes need a sign-in");
	none(known.filter(({ name, flags }) => flags.includes("money") !==
		operations.get(name).parameters.some((it) =>
			it.name === "Idempotency-Key" && it.required))
		.map((route) => route.name),
	"which need an Idempotency-Key");
	none(known.filter(({ name, flags }) => flags.includes("upload") !==
		("multipart/form-data" in
			(operations.get(name).requestBody?.content ?? {})))
		.map((route) => route.name),
	"and which take files");
};

/* ---- through the web servers */

const filled = ({ at, program }) => at.replace("{program}", program)
	.replaceAll(/{\w+}/g, nobody);

/* What a program logged; nothing, if nobody has started it. */
const log = (bank, program) => {
	const it = path.join(bank.home, "log", `${program}.log`);

	return fs.existsSync(it) ? fs.readFileSync(it, "utf8") : "";
};

/* A method that no route has is refused by whichever program the web server
 * asks; that program says which methods the path has there, and logs the
 * request by its number. So this tells, and nothing is done, whether a route
 * leads to its program. */
const lost = async (bank, route) => {
	const answer = await ask(bank, route.name, filled(route),
		{ method: "PATCH" });
	const id = answer.headers.get("X-Request-Id");
	const here = served.filter(({ name }) => name === route.name)
		.concat(route)
		.some(({ program }) => log(bank, program).includes(`"${id}"`));
	const allowed = (answer.headers.get("Allow") ?? "").split(", ");

	return here && answer.status === 405 && allowed.includes(route.method)
		? [] : [`${route.name} does not reach ${route.program}: ` +
			`${answer.status}, Allow: ${allowed}, ${id}`];
};

const allLost = async (bank) =>
	(await Promise.all(served.map((route) => lost(bank, route)))).flat();

/* Asked with its own method, by nobody and by somebody: never "no such method"
 * nor the web server's word, but what is described. */
const asked = async (bank, route, user) => {
	const token = bank.tool("token", "--user-id", user).trim();
	const found = [];

	for (const who of [undefined, token]) {
		const answer = await ask(bank, route.name, filled(route), {
			token: who, body: route.method === "POST" ? {} : undefined,
		});
		const ours = answer.headers.get("X-Request-Id")?.length === 36;

		if (!ours || answer.status === 405 || answer.status >= 500 ||
		    (answer.status >= 400 &&
		     answer.json.request_id !== answer.headers.get("X-Request-Id")))
			found.push(`${answer.status} ${answer.text}`);
		else
			found.push(...strays(route.name, answer));
	}
	return found.map((it) => `${route.name}: ${it}`);
};

const reached = async (bank) => {
	const say = (sentence) => `${bank.web}: ${sentence}`;
	const found = [];

	none(await allLost(bank), say(`all ${served.length} routes lead to their ` +
		"programs"));
	for (const route of served)
		found.push(...await asked(bank, route, "noor"));
	none(found, say("and are answered as described, with a sign-in and without"));
	ok((await lost(bank, { program: "auth", method: "GET",
		name: "GET /nobody/{id}", at: "/nobody/{id}" })).length === 1,
	say("a route that nobody serves would be named"));

	const own = await ask(bank, "", "/openapi.json", { method: "GET" });
	ok(own.status === 200 && own.type === json && own.text === bytes.toString(),
		say("the description is served too"), own.status, own.type);
};

/* The same with one word of the web server's configuration taken out. */
const misled = async (bank) => {
	const site = path.join(bank.home, "run", bank.web, "site.conf");
	const right = fs.readFileSync(site, "utf8");
	const sought = served.filter((it) => it.at.startsWith("/sessions"))
		.map((it) => it.name).join();
	const pid = fs.readFileSync(path.join(bank.home, "run/web.pid"), "utf8");
	let named = "";

	assert.match(right, /sessions\|/);
	fs.writeFileSync(site, right.replaceAll("sessions|", ""));
	process.kill(Number(pid), "SIGKILL");
	for (let i = 0; i < 100 && named !== sought; i++) {
		await sleep(100);
		named = await allLost(bank).then((lines) =>
			lines.map((line) => line.replace(/ does.*/, "")).join(), String);
	}
	assert.equal(named, sought);
};

/* ---- what is really answered */

const visit = async (bank) => {
	const it = somebody(bank);
	const { step, login, give } = it;
	const theirs = (await ask(bank, "", "/accounts", {
		method: "GET",
		token: bank.tool("token", "--user-id", "jonas").trim(),
	})).json.accounts[0].number;
	const begun = await login("amina");
	await give("a wrong code", begun, 401, wrong);
	it.token = (await give("the right one", begun, 200)).token;

	const mine = (await step("what there is", "GET /accounts", 200)).accounts
		.filter((it) => it.category !== "loan");
	const order = { from: mine[0].number, to: mine[1].number, amount: "1.00",
		purpose: "Rainy days" };
	const other = { ...order, to: theirs, payee_name: bank.people.jonas.name };
	const pay = (sentence, status, body, key) =>
		step(sentence, "POST /transfer", status, body, "/transfer", key);

	await step("a look before", "POST /transfer/check", 200, other);
	await step("back to the form", "POST /transfer/edit", 200, other);
	const paid = await pay("own money moves", 201, order, "own");
	await pay("and not twice", 201, order, "own");
	await pay("without a key not at all", 400, order);
	await pay("nor with a used one", 422, other, "own");
	await pay("nor what is not there", 409,
		{ ...order, amount: "900000000.00" }, "much");
	await pay("nor to nowhere", 404, { ...order, to: "nowhere" }, "far");
	const held = await pay("a payment waits for its code", 202, other, "other");
	await step("and can be asked for", "GET /transfers", 200, undefined,
		"/transfers?idempotency_key=other");
	await step("another code so soon", "POST /resend-otp", 429,
		{ challenge_id: held.challenge_id });

	await step("an app is begun", "POST /totp", 201, {});

	/* Every GET that is described as JSON is asked with what is known. */
	const known = { account: order.from, idempotency_key: "own",
		challenge_id: held.challenge_id };
	const ids = { "/accounts/{id}": order.from,
		"/products/{code}": "SAVER",
		"/transfers/{id}": paid.transfer_id };
	for (const [name, it] of operations) {
		const needed = it.parameters.filter((one) =>
			one.in === "query" && one.required);

		if (!name.startsWith("GET ") || strangers(it.at) || staffs(it.at) ||
		    it.responses[200]?.content?.[json] === undefined)
			continue;
		await step(`${name} is as described`, name, 200, undefined,
			it.at.replace(/{(id|code)}/, ids[it.at])
				.replace("{program}", "banking") + "?" +
			new URLSearchParams(needed.map((one) =>
				[one.name, known[one.name] ?? one.example])));
	}
	await step("branches by distance", "GET /branches", 200, undefined,
		"/branches?near=52.14,-7.39");
	await step("not from nowhere", "GET /branches", 422, undefined,
		"/branches?near=here");
	await step("offers of one kind", "GET /products", 200, undefined,
		"/products?category=loan");
	await step("not of any", "GET /products", 422, undefined,
		"/products?category=gift");
	await step("not what is no offer", "GET /products/{code}", 404, undefined,
		"/products/BANK");
	const page = await step("a page of history", "GET /transactions", 200,
		undefined, `/transactions?account=${order.from}&limit=2`);
	await step("and the next", "GET /transactions", 200, undefined,
		`/transactions?account=${order.from}&limit=2&cursor=${page.next}`);
	await give("the payment is confirmed", held, 201);
	await give("and its code is used up", held, 410);
	await step("the other sessions end", "DELETE /sessions", 204);
	await step("and this one", "POST /logout", 204, {});
	await people(bank, theirs);
	await applicant(bank);
	await staffing(bank, nobody);
};

withBanks(async (...banks) => {
	theFile(path.join(banks[0].home, "openapi.json"));
	theRoutes();
	for (const bank of banks) {
		await visit(bank);
		await reached(bank);
		await so(`${bank.web}: a word less in its configuration would be named`,
			() => misled(bank));
	}
}, ["nginx", "lighttpd"]);
