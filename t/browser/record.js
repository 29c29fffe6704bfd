/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record.js: what Chromium's virtual authenticator answers, as the vectors of
 * t/unit/webauthn.c. Run once by hand, for a browser that answers otherwise:
 *	t/browser/run record >t/unit/webauthn.def
 * The challenge of both questions is 32 times the byte 7. */
"use strict";
const http = require("node:http");
const { chromium } = require("playwright-core");

const algs = [-7, -8, -257];

/* In the page: a passkey made. */
const make = async (alg) => {
	const challenge = new Uint8Array(32).fill(7);
	const made = (await navigator.credentials.create({ publicKey: {
		challenge, rp: { id: "localhost", name: "A bank" },
		user: { id: new Uint8Array(16), name: "u", displayName: "U" },
		pubKeyCredParams: [{ type: "public-key", alg }],
		authenticatorSelection: { residentKey: "required",
			userVerification: "required" },
		attestation: "none" } })).response;

	return [made.clientDataJSON, made.getAuthenticatorData()]
		.map((it) => [...new Uint8Array(it)]);
};
/* And used. */
const use = async (userVerification) => {
	const challenge = new Uint8Array(32).fill(7);
	const used = (await navigator.credentials.get({ publicKey: {
		challenge, rpId: "localhost", userVerification } })).response;

	return [used.clientDataJSON, used.authenticatorData, used.signature]
		.map((it) => [...new Uint8Array(it)]);
};

/* A string as C has it, in lines of its own: client data as text, the rest in
 * hex. */
const literal = (bytes) => {
	const text = bytes[0] === 0x7b ? Buffer.from(bytes).toString()
		: Buffer.from(bytes).toString("hex");

	return text.match(/.{1,56}/g).map((part) =>
		`\t"${part.replace(/["\\]/g, "\\$&")}"`).join("\n");
};

const main = async () => {
	const server = http.createServer((_, answer) => {
		answer.setHeader("Content-Type", "text/html");
		answer.end("<!doctype html><title>passkeys</title>");
	}).listen(8123, "127.0.0.1");
	const browser = await chromium.launch({
		executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
	const out = [];

	for (const alg of algs) {
		const page = await (await browser.newContext()).newPage();
		const cdp = await page.context().newCDPSession(page);

		await cdp.send("WebAuthn.enable");
		const { authenticatorId } = await cdp.send(
			"WebAuthn.addVirtualAuthenticator", { options: {
				protocol: "ctap2", transport: "internal",
				hasResidentKey: true, hasUserVerification: true,
				isUserVerified: true,
				automaticPresenceSimulation: true } });
		await page.goto("http://localhost:8123/");
		const said = [...await page.evaluate(make, alg),
			...await page.evaluate(use, "required")];

		await cdp.send("WebAuthn.setUserVerified",
			{ authenticatorId, isUserVerified: false });
		said.push(...await page.evaluate(use, "discouraged"));
		out.push(`RECORDED(${alg},\n${said.map(literal).join(",\n")})`);
	}
	console.log("/* SPDX-License-Identifier: AGPL-3.0-or-later */\n" +
		"/* webauthn.def: what a browser sent, of each kind of key: its " +
		"client data and\n * authenticator's data when it made a passkey; " +
		"both and the signature when it\n * used it; and the same when " +
		"it was only touched. Relying party localhost,\n * origin " +
		"http://localhost:8123, challenge 32 times 7. Made by\n * " +
		"t/browser/record.js with Chromium " + browser.version() +
		". */\n" + out.join("\n"));
	await browser.close();
	server.close();
};

main();
