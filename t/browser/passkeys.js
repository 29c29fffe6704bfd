/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* passkeys.js: people with passkeys, in a browser whose device is made of
 * software. */
"use strict";
const assert = require("node:assert/strict");
const { source } = require("axe-core");
const { so, signIn, complaints, main } = require("./bank.js");
const { press } = require("./page.js");

/* A device in the browser: what it does, and what it is made to do. */
const device = async (page) => {
	const cdp = await page.context().newCDPSession(page);

	await cdp.send("WebAuthn.enable");
	const { authenticatorId } = await cdp.send(
		"WebAuthn.addVirtualAuthenticator", { options: {
			protocol: "ctap2", transport: "internal",
			hasResidentKey: true, hasUserVerification: true,
			isUserVerified: true, automaticPresenceSimulation: true,
		} });
	const send = (what, more) =>
		cdp.send("WebAuthn." + what, { authenticatorId, ...more });

	return {
		verified: (isUserVerified) =>
			send("setUserVerified", { isUserVerified }),
		credentials: async () => (await send("getCredentials")).credentials,
		put: (credential) => send("addCredential", { credential }),
		forget: () => send("clearCredentials"),
	};
};

/* For everybody, in light and dark, on a phone: nothing that axe finds. */
const fit = async (page, name) => {
	const bad = [];

	for (const colorScheme of ["light", "dark"]) {
		await page.emulateMedia({ colorScheme });
		await page.setViewportSize({ width: 360, height: 800 });
		await page.evaluate(source);
		await page.evaluate(() => document.getAnimations()
			.forEach((it) => it.finish()));
		const { violations } = await page.evaluate(() =>
			window.axe.run(document, {
				rules: { "target-size": { enabled: true } },
			}));
		bad.push(...violations.map(({ id, nodes }) =>
			`${colorScheme} ${id}: ${nodes[0].html}`));
	}
	await so(`${name} is fit for everybody`, () =>
		assert.deepEqual(bad, []));
};

const signOut = async (page, bank) => {
	await page.context().clearCookies();
	await page.goto(bank.at + "/login");
};

const shown = (page, words) =>
	page.locator("main").getByText(words).first().waitFor();

const making = async (page, bank, phone) => {
	await so("a person adds a passkey and is told of it", async () => {
		await page.goto(bank.at + "/passkeys");
		await shown(page, "You have no passkey yet.");
		await page.fill("#name", "My phone");
		await press(page, "Add a passkey");
		await shown(page, "Not used yet");
		await page.locator("main b", { hasText: "My phone" }).waitFor();
		assert.equal((await phone.credentials()).length, 1);
		assert.match(bank.inbox()[0].subject, /access to .* has changed/);
	});
	await so("the same device makes no second one", async () => {
		await press(page, "Add a passkey");
		await shown(page, "Your device made no passkey.");
		assert.equal((await phone.credentials()).length, 1);
	});
	await so("it is given another name", async () => {
		await page.locator("summary", { hasText: "Change the name" }).click();
		await page.fill("main details input[name=name]", "Blue phone");
		await press(page, "Save");
		await page.locator("main b", { hasText: "Blue phone" }).waitFor();
	});
	await page.locator("summary", { hasText: "Change the name" }).click();
	await fit(page, "the page of passkeys");
	await so("a code given long ago is asked for again first", async () => {
		bank.longAgo();
		await press(page, "Add a passkey");
		await page.waitForURL(/\/step-up\?next=\/passkeys/);
		assert.equal((await phone.credentials()).length, 1);
	});
};

const entering = async (page, bank, phone) => {
	await signOut(page, bank);
	await fit(page, "the sign-in with a passkey");
	await so("the passkey signs in, with nothing typed", async () => {
		await page.goto(bank.at + "/login?next=/passkeys");
		await press(page, "Sign in with a passkey");
		await page.waitForURL(bank.at + "/passkeys");
		await shown(page, "Last used");
	});
	await so("a person who is not verified is refused", async () => {
		await signOut(page, bank);
		await phone.verified(false);
		await press(page, "Sign in with a passkey");
		await shown(page, "No passkey was used.");
		assert.equal(new URL(page.url()).pathname, "/login");
		await phone.verified(true);
	});
};

/* The device as a page that lies would ask it: without verifying. */
const lying = async (page, bank) => {
	await so("a page that asks for a mere touch gets nobody in", async () => {
		await signOut(page, bank);
		await page.evaluate(() => {
			const { get } = navigator.credentials;

			navigator.credentials.get = ({ publicKey }) =>
				get.call(navigator.credentials, { publicKey: {
					...publicKey, userVerification: "discouraged" } });
		});
		await press(page, "Sign in with a passkey");
		await shown(page, "The passkey was not accepted.");
		await page.fill("#user_id", "the password is asked for instead");
	});
};

/* A copy of the device from before it was used counts behind it. */
const copying = async (page, bank, phone, before) => {
	await so("a copy of the device is refused", async () => {
		const [now] = await phone.credentials();

		await phone.forget();
		await phone.put(before);
		await signOut(page, bank);
		await press(page, "Sign in with a passkey");
		await shown(page, "The passkey was not accepted.");
		await phone.forget();
		await phone.put(now);
	});
};

const order = async (page, bank, to) => {
	await page.goto(bank.at + "/transfer");
	await page.fill("#to", to);
	await page.fill("#amount", "12.34");
	await page.fill("#payee_name", "Somebody Else");
	await press(page, "Check the payment");
	await page.locator("form[action='/transfer'] button").click();
	await page.waitForURL(/verify-otp/);
};

const paying = async (page, bank, to) => {
	await so("a payment is signed instead of typing its code", async () => {
		await order(page, bank, to);
		await fit(page, "the page of a payment to be signed");
		await shown(page, "12.34");
		await shown(page, "Somebody Else");
		await press(page, "Confirm with your passkey");
		await page.waitForURL(/\/transfers\//);
		await shown(page, "Payment made");
		await shown(page, "Signed with passkey Blue phone");
	});
	await so("the code still does it", async () => {
		await order(page, bank, to);
		await page.fill("#code", bank.code());
		await page.locator("form[action='/verify-otp'] button").click();
		await page.waitForURL(/\/transfers\//);
		assert.equal(await page.getByText("Signed with passkey").count(), 0);
	});
	await so("and the book proves it", () => {
		const { checks } = JSON.parse(bank.tool("verify", "--json"));
		const found = checks.find(({ name }) => name === "signatures");

		assert.ok(found.ok);
		assert.equal(found.count, 1);
	});
};

const removing = async (page, bank) => {
	await so("what is removed opens nothing any more", async () => {
		await page.goto(bank.at + "/passkeys");
		await press(page, "Remove");
		await shown(page, "You have no passkey yet.");
		assert.match(bank.inbox()[0].subject, /access to .* has changed/);
		await signOut(page, bank);
		await press(page, "Sign in with a passkey");
		await shown(page, "The passkey was not accepted.");
	});
};

/* Who has no script sees no button that would do nothing. */
const plain = async (chrome, bank, user) => {
	const context = await chrome.newContext({ javaScriptEnabled: false });
	const page = await context.newPage();

	await so("without scripts there is the password, and no button for nothing",
		async () => {
			await page.goto(bank.at + "/login");
			assert.ok(!await page.getByText("Sign in with a passkey")
				.isVisible());
			await signIn(page, bank, user, "/passkeys");
			assert.ok(!await page.locator("form[data-passkey]").isVisible());
			await shown(page, "may not run our script");
		});
	await context.close();
};

const other = async (chrome, bank, user) => {
	const page = await chrome.newPage();
	await signIn(page, bank, user);
	const answer = await page.context().request.get(bank.at + "/accounts",
		{ headers: { Accept: "application/json" } });
	const { accounts } = await answer.json();

	await page.close();
	return accounts.find((one) => one.category === "current").number;
};

main(async (chrome, bank) => {
	/* A passkey belongs to a name, and 127.0.0.1 is none. */
	const named = { ...bank, at: bank.at.replace("127.0.0.1", "localhost") };
	const [user, payee] = Object.keys(bank.people);
	const to = await other(chrome, named, payee);
	const context = await chrome.newContext();
	const list = complaints(context);
	const page = await context.newPage();
	const phone = await device(page);

	await signIn(page, named, user, "/passkeys");
	await making(page, named, phone);
	const [before] = await phone.credentials();
	await entering(page, named, phone);
	await lying(page, named);
	await copying(page, named, phone, before);
	await signOut(page, named);
	await press(page, "Sign in with a passkey");
	await page.waitForURL(named.at + "/");
	await paying(page, named, to);
	await removing(page, named);
	/* Chromium would have us take RSA keys as well; one 403 led to a code. */
	await so("nothing complained on the way", () =>
		assert.deepEqual(list.filter((it) =>
			!/pub_key_cred_params|403 \(Forbidden\)/.test(it)), []));
	await so("where the bank has no name, none is offered", async () => {
		await page.goto(bank.at + "/login");
		assert.equal(await page.locator("form[data-passkey]").count(), 0);
	});
	await plain(chrome, named, user);
	await context.close();
}, ["nginx"]);
