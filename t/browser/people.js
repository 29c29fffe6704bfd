/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* people.js: how people get in, and what they guard it with, asked for as a
 * program would: every answer is as described. */
"use strict";
const crypto = require("node:crypto");
const { setTimeout: sleep } = require("node:timers/promises");
const { run } = require("./bank.js");
const { code: codeAbout } = require("./page.js");
const { ask, somebody } = require("./steps.js");

/* Who is in the demonstration's books; Rosalind has no user id yet. */
const rosalind = { customer_id: "C000105", tax_id: "1208351P",
	birth_date: "1953-09-08", user_id: "rosalind",
	password: "harbour-light-7" };
const maeve = { tax_id: "3307196T", birth_date: "1979-06-30" };

const sha256 = (bytes) => crypto.createHash("sha256").update(bytes).digest();

/* The base64 of a puzzle's solution. */
const solved = ({ maxnumber, ...puzzle }) => {
	let number = 0;

	while (number < maxnumber && puzzle.challenge !==
	       sha256(puzzle.salt + number).toString("hex"))
		number++;
	return Buffer.from(JSON.stringify({ ...puzzle, number }))
		.toString("base64");
};

/* A device that holds one passkey. */
const device = (origin) => {
	const id = crypto.randomBytes(16);
	const pair = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" });
	const { x, y } = pair.publicKey.export({ format: "jwk" });
	const text = (bytes) => Buffer.from(bytes).toString("base64url");
	const said = (type, { challenge }) =>
		JSON.stringify({ type, challenge, origin, crossOrigin: false });
	const data = (flags, ...more) => Buffer.concat([
		sha256(new URL(origin).hostname), Buffer.from([flags, 0, 0, 0, 0]),
		...more]);

	return {
		made: ({ ceremony_id, publicKey }) => ({
			ceremony_id,
			client_data: text(said("webauthn.create", publicKey)),
			/* no maker, the id, the key in COSE */
			authenticator_data: text(data(0x45, Buffer.alloc(16),
				Buffer.from([0, id.length]), id,
				Buffer.from("a5010203262001215820", "hex"),
				Buffer.from(x, "base64url"),
				Buffer.from("225820", "hex"),
				Buffer.from(y, "base64url"))),
		}),
		used: ({ ceremony_id, publicKey }, user_handle) => {
			const client = said("webauthn.get", publicKey);

			return {
				ceremony_id, user_handle, credential_id: text(id),
				client_data: text(client),
				authenticator_data: text(data(0x05)),
				signature: text(crypto.sign("sha256", Buffer.concat([
					data(0x05), sha256(client)]), pair.privateKey)),
			};
		},
	};
};

/* Running programs read their settings again within a second. */
const set = async (bank, settings) => {
	for (const [name, value] of Object.entries(settings))
		bank.tool("set", name, value);
	await sleep(1200);
};

/* Every form that strangers send, with a captcha in it; the pass for one. */
const proving = async ({ step }) => {
	for (const at of ["/login", "/register", "/forgot-password",
		"/forgot-user-id"])
		await step(`${at} asks for a captcha`, `GET ${at}`, 200);
	await step("and does not go without", "POST /register", 422, rosalind);
	await step("nor does a sign-in", "POST /login", 422,
		{ user_id: "maeve", password: "unknown" });
	const token = solved(await step("a puzzle is set", "GET /captcha", 200));

	const { captcha } = await step("and solved", "POST /VerifyCaptcha", 200,
		{ token });
	await step("and good once", "POST /VerifyCaptcha", 200, { token });
	await step("who never began to wait has not waited", "GET /captcha/wait",
		200, undefined, "/captcha/wait?done=1");
	return captcha;
};

/* What Twilio would send to ${base}. */
const reporting = async ({ step }, base, secret) => {
	const report = { MessageSid: "SM1", MessageStatus: "delivered" };
	const at = "/twilio-webhook?bodySHA256=" +
		sha256(JSON.stringify(report)).toString("hex");
	const signature = crypto.createHmac("sha1", secret).update(base + at)
		.digest("base64");
	const send = (sentence, status, headers) => step(sentence,
		"POST /twilio-webhook", status, report, at, undefined, headers);

	await send("a report that nobody signed is not believed", 403);
	await send("one that Twilio signed is", 204,
		{ "X-Twilio-Signature": signature });
};

/* What Didit would send. */
const identifying = async ({ step }, secret) => {
	const report = { session_id: "S1", status: "Approved" };
	const signature = crypto.createHmac("sha256", secret)
		.update(JSON.stringify(report)).digest("hex");
	const send = (sentence, status, headers) => step(sentence,
		"POST /didit-webhook", status, report, undefined, undefined, headers);

	await send("nor is a report about a person", 401);
	await send("unless Didit has signed it", 204, {
		"X-Signature": signature,
		"X-Timestamp": String(Math.floor(Date.now() / 1000)),
	});
};

const registering = async (bank) => {
	const it = somebody(bank);
	const { step } = it;
	const base = "https://bank.example", secret = "twilio-and-the-bank";

	await set(bank, { CAPTCHA: "always", PUBLIC_BASE_URL: base,
		TWILIO_AUTH_TOKEN: secret, DIDIT_WEBHOOK_SECRET: secret });
	await reporting(it, base, secret);
	await identifying(it, secret);
	const captcha = await proving(it);
	const asked = await step("a customer asks for a user id",
		"POST /register", 202, { ...rosalind, captcha });
	await set(bank, { CAPTCHA: "off", PUBLIC_BASE_URL: "",
		TWILIO_AUTH_TOKEN: "" });
	const code = await codeAbout(bank, /to register/);
	const { challenge_id } = asked;

	await step("and has it with the code", "POST /verify-otp", 201,
		{ challenge_id, code });
	await step("nobody else has it then", "GET /user-id-available", 200,
		undefined, "/user-id-available?user_id=rosalind");
	await step("all that is wrong is said", "POST /register", 422,
		{ user_id: "r", password: "Password1" });
};

const forgetting = async (bank) => {
	const { step } = somebody(bank);
	const known = await step("who forgot the user id asks for it",
		"POST /forgot-user-id", 202, { ...maeve, mobile: "+447700900103" });

	await step("and is told", "POST /verify-otp", 200,
		{ challenge_id: known.challenge_id,
			code: await codeAbout(bank, /see your user id/) });
	const forgot = await step("who forgot the password says so",
		"POST /forgot-password", 202, { ...maeve, user_id: "maeve" });
	const { reset_token } = await step("and may set another",
		"POST /verify-otp", 200, { challenge_id: forgot.challenge_id,
			code: await codeAbout(bank, /set a new password/) });
	const reset = { reset_token, new_password: "rye-oven-evening-1" };

	await step("which must be a good one", "POST /reset-password", 422,
		{ ...reset, new_password: "short" });
	await step("and is set", "POST /reset-password", 204, reset);
	await step("once", "POST /reset-password", 410, reset);
	return reset.new_password;
};

const changing = async (it, password) => {
	const wish = { password, new_password: "rye-oven-night-2" };

	await it.step("the present password must be right",
		"POST /change-password", 422, { ...wish, password: "another" });
	const asked = await it.step("who knows it may change it",
		"POST /change-password", 202, wish);
	it.token = (await it.give("with a code", asked, 200)).token;
	return wish.new_password;
};

const guarding = async (bank, it, password) => {
	const operator = somebody(bank);

	operator.token = bank.tool("token", "--user-id", "maeve").trim();
	await operator.step("a token that no code stands for changes nothing",
		"POST /totp", 403, {});
	const asked = await it.step("a code is asked for once more",
		"POST /step-up", 202, {});
	it.token = (await it.give("and given", asked, 200)).token;

	const { secret } = await it.step("an app is begun", "POST /totp", 201, {});
	await it.step("its picture is drawn", "GET /totp/qr.svg", 200);
	await it.step("what is no code of it is refused", "POST /totp/confirm",
		401, { code: "no code" });
	await it.step("its first code is given", "POST /totp/confirm", 204,
		{ code: run("oathtool", ["--totp", "-b", secret]).trim() });
	await it.step("its secret is shown no more", "GET /totp", 404);
	await it.step("nor another begun", "POST /totp", 409, {});
	const { codes } = await it.step("codes are printed",
		"POST /recovery-codes", 201, {});

	const { challenge_id } = await it.login("maeve", password);
	await it.step("the page asks for the app's", "GET /verify-otp", 200,
		undefined, `/verify-otp?challenge_id=${challenge_id}`);
	it.token = (await it.step("one of paper is as good", "POST /verify-otp",
		200, { challenge_id, code: codes[0] })).token;
	await it.step("what there is is shown", "GET /security", 200);
	await it.step("the app is removed", "DELETE /totp", 204);
	await it.step("and is gone", "POST /totp/remove", 404, {});
};

/* Passkeys belong to a name, and this machine has one. */
const carrying = async (bank, it) => {
	const named = bank.at.replace("127.0.0.1", "localhost");
	const key = device(named);
	const step = (sentence, name, status, body) =>
		it.step(sentence, name, status, body, named + name.split(" ")[1]);

	await it.step("at a number there are no passkeys",
		"POST /passkeys/options", 409, {});
	const asked = await step("a passkey is asked for",
		"POST /passkeys/options", 200, {});
	const { passkey_id } = await step("and added", "POST /passkeys", 201,
		key.made(asked));
	await step("once", "POST /passkeys", 401, key.made(asked));

	const rename = "/passkeys/{id}/rename".replace("{id}", passkey_id);
	await it.step("it is named anew", "POST /passkeys/{id}/rename", 200,
		{ name: "My phone" }, rename);
	const entry = await step("it is asked to sign in",
		"POST /login/passkey/options", 200, {});
	it.token = (await step("and does", "POST /login/passkey", 200,
		key.used(entry, asked.publicKey.user.id))).token;
	await step("a new one would be another", "POST /passkeys/options", 200, {});
	await it.step("it is shown", "GET /passkeys", 200);
	return { key, named, passkey_id };
};

const paying = async (bank, it, { key, named, passkey_id }, to) => {
	const [{ number }] = (await it.step("accounts are there", "GET /accounts",
		200)).accounts;
	const held = await it.step("a payment waits", "POST /transfer", 202,
		{ from: number, to, amount: "1.00", payee_name: "Jonas Reiter" },
		"/transfer", "signed");
	const { challenge_id } = held;
	const asked = await it.step("the passkey is asked",
		"POST /verify-otp/passkey/options", 200, { challenge_id },
		named + "/verify-otp/passkey/options");
	const paid = await it.step("and pays", "POST /verify-otp/passkey", 201,
		key.used(asked), named + "/verify-otp/passkey");

	await it.step("the receipt says so", "GET /transfers/{id}", 200, undefined,
		`/transfers/${paid.transfer_id}`);
	await it.step("the passkey is removed", "DELETE /passkeys/{id}", 204,
		undefined, `/passkeys/${passkey_id}`);
	await it.step("and is gone", "POST /passkeys/{id}/remove", 404, {},
		`/passkeys/${passkey_id}/remove`);
};

const writing = async ({ step }) => {
	const draft = "/transfer";

	await step("unfinished words are kept", "POST /drafts", 204,
		{ draft, to: "nobody", amount: "1" });
	await step("not too many", "POST /drafts", 413,
		{ draft, purpose: "x".repeat(9000) });
	await step("nor of a page elsewhere", "POST /drafts", 422,
		{ draft: "//elsewhere" });
	await step("and forgotten", "POST /drafts/discard", 204, { draft });
	const page = await step("what was done is told", "GET /activity", 200,
		undefined, "/activity?limit=2");
	await step("and what before", "GET /activity", 200, undefined,
		`/activity?limit=2&cursor=${page.next}`);
	await step("of nobody else", "GET /activity", 422, undefined,
		"/activity?cursor=another");
};

const losing = async (bank, it) => {
	const stranger = somebody(bank);
	const { code } = await it.step("an emergency code is printed",
		"POST /emergency-code", 201, {});

	await it.step("and there", "GET /emergency-code", 200);
	await stranger.step("who lost the phone must have it",
		"POST /lost-phone", 401, { code: code.replaceAll(/./g, "0") });
	await stranger.step("then all is stopped", "POST /lost-phone", 200,
		{ code });
	await it.step("nobody is in", "GET /session", 200);
	await it.step("nor can read", "GET /accounts", 401);
};

/* Maeve forgets everything, guards herself well, and loses her phone; ${to} is
 * somebody else's account. */
const people = async (bank, to) => {
	const it = somebody(bank);

	await registering(bank);
	let password = await forgetting(bank);
	await it.enter("maeve", password);
	password = await changing(it, password);
	await guarding(bank, it, password);
	await paying(bank, it, await carrying(bank, it), to);
	await writing(it);
	await losing(bank, it);
	await it.enter("maeve", password);
	await it.step("what was stopped is said", "GET /transfer", 200);
	await it.step("the used code is known to be", "GET /emergency-code", 200);
	await it.step("all sessions end", "POST /sessions/end-all", 204, {});
	await it.step("this one too", "GET /sessions", 401);
};

module.exports = { people };
