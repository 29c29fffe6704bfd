/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* totp.js: people add an app and codes on paper, and sign in with them. */
"use strict";
const assert = require("node:assert/strict");
const path = require("node:path");
const { spawnSync } = require("node:child_process");
const { so, run, wrong, signIn, complaints, main } = require("./bank.js");
const { press, has } = require("./page.js");

/* What the app of that secret shows ${steps} half minutes from now. */
const shown = (secret, steps = 0) => run("oathtool", ["--totp", "-b", "-N",
	`@${Math.floor(Date.now() / 1000) + 30 * steps}`, secret]).trim();

/* Until half a minute has begun that is long enough for what is to be done. */
const roomy = async (page) => {
	const into = Date.now() % 30000;

	if (into > 12000)
		await page.waitForTimeout(30100 - into);
};

/* What a camera sees of the page. */
const camera = async (page) => {
	const file = path.join(page.bank.home, "camera.png");

	await page.locator(".qr").evaluate((image) => image.decode());
	await page.screenshot({ path: file });
	const it = spawnSync("zbarimg", ["-q", "--raw", "-Sdisable",
		"-Sqrcode.enable", file], { encoding: "utf8" });

	assert.equal(it.status, 0, "a code is seen");
	return it.stdout.trim();
};

const password = async (page, user, next = "/") => {
	await page.context().clearCookies();
	await page.goto(`${page.bank.at}/login?next=${encodeURIComponent(next)}`);
	await page.fill("#user_id", user);
	await page.fill("#password", page.bank.people[user].password);
	await press(page, "Sign in");
	await page.waitForSelector("#code");
};

const type = async (page, code) => {
	await page.fill("#code", code);
	await page.locator("main form[action='/verify-otp'] button").first().click();
};

const adding = async (page, say) => {
	const { bank } = page;
	let secret;

	await so(say("the page of security leads to a picture"), async () => {
		await press(page, "Add an app");
		await page.waitForURL(bank.at + "/totp");
		await has(page, "h1", /^Add an authenticator app$/);
	});
	for (const colorScheme of ["light", "dark"])
		await so(say(`that a camera reads in the ${colorScheme}`), async () => {
			await page.emulateMedia({ colorScheme });
			const uri = new URL(await camera(page));

			assert.equal(uri.protocol + uri.host, "otpauth:totp");
			secret = uri.searchParams.get("secret");
			assert.match(secret, /^[A-Z2-7]{32}$/);
			assert.match(decodeURIComponent(uri.pathname),
				new RegExp(`:${page.user}$`));
			assert.equal(secret, (await page.locator("main code")
				.innerText()).replace(/\s/g, ""));
		});
	await roomy(page);
	await so(say("a wrong first code is told, and the picture stays"),
		async () => {
			await page.fill("#code", wrong(shown(secret, -1)));
			await press(page, "Add the app");
			await has(page, "#problem", /This code is not right/);
			assert.match(await camera(page), new RegExp(secret));
		});
	await so(say("the app's code takes it into use, and a letter tells"),
		async () => {
			await page.fill("#code", shown(secret, -1));
			await press(page, "Add the app");
			await has(page, "main [role=status]", /app is added/);
			assert.match(bank.inbox()[0].text, /authenticator app was added/);
		});
	return secret;
};

const onPaper = async (page, say) => {
	let codes;

	await so(say("ten codes for paper are shown once"), async () => {
		await press(page, "Make recovery codes");
		await has(page, "h1", /^Your recovery codes$/);
		codes = await page.locator(".codes code").allInnerTexts();
		assert.equal(new Set(codes).size, 10);
		await page.emulateMedia({ media: "print" });
		assert.ok(await page.locator(".codes").isVisible());
		assert.ok(!(await page.locator("main .acts").isVisible()));
		await page.emulateMedia({ media: "screen" });
		await page.getByRole("link", { name: "I have kept them" }).click();
		await has(page, "main", /Left: 10/);
	});
	return codes;
};

const entering = async (page, secret, codes, say) => {
	const { bank, user } = page;
	const sent = bank.inbox().length;
	let code;

	await so(say("sign-in asks for the app's code, and sends no message"),
		async () => {
			await password(page, user, "/limits");
			await has(page, "label[for=code]", /^Code from your authenticator app$/);
			assert.equal(bank.inbox().length, sent);
		});
	await so(say("which opens what was asked for"), async () => {
		code = shown(secret);
		await type(page, code);
		await page.waitForURL(bank.at + "/limits");
	});
	await so(say("once: whoever saw it cannot use it"), async () => {
		await password(page, user);
		await type(page, code);
		await has(page, "#problem", /not right.*Tries left: 4/);
	});
	await so(say("a code from paper does as well"), async () => {
		await press(page, "Use a recovery code");
		await has(page, "label[for=code]", /^One of your recovery codes$/);
		await type(page, codes[0].toLowerCase());
		await page.waitForURL(bank.at + "/");
		assert.ok(bank.inbox().some((it) =>
			/recovery code was used/.test(it.text)));
	});
	await so(say("once"), async () => {
		await password(page, user);
		await press(page, "Use a recovery code");
		await type(page, codes[0]);
		await has(page, "#problem", /not right.*Tries left: 4/);
		await has(page, "label[for=code]", /^One of your recovery codes$/);
	});
	await so(say("and so does a message, for whom asks for it"), async () => {
		await press(page, "Send me an email instead");
		await has(page, "main [role=status]", /A message with a code/);
		await has(page, "label[for=code]", /^Code from the message to .···@/);
		await type(page, bank.code());
		await page.waitForURL(bank.at + "/");
	});
};

const guessing = async (page, secret, say) => {
	await so(say("after five wrong codes the sixth is not looked at"),
		async () => {
			await password(page, page.user);
			const sixth = await page.context().newPage();

			await sixth.goto(page.url());
			for (let left = 4; left > 0; left--) {
				await type(page, "000000");
				await has(page, "#problem", new RegExp(`left: ${left}`));
			}
			await type(page, "000000");
			await has(page, "main", /wrong too often/);
			await type(sixth, shown(secret));
			await has(sixth, "main", /has expired/);
			await sixth.close();
		});
};

const stepping = async (page, secret, say) => {
	const { bank } = page;
	const cookie = async () => (await page.context().cookies())
		.find((it) => it.name === "clicknet").value;
	let old;

	await page.waitForTimeout(30100 - Date.now() % 30000);
	await password(page, page.user);
	await type(page, shown(secret));
	await page.waitForURL(bank.at + "/");
	bank.longAgo();
	await so(say("who signed in long ago is asked whether it is them"),
		async () => {
			await page.goto(bank.at + "/security");
			old = await cookie();
			await press(page, "Remove the app");
			await has(page, "h1", /^Is it you\?$/);
			await press(page, "Continue");
			await has(page, "label[for=code]", /^Code from your authenticator app$/);
		});
	await so(say("and is back with another cookie"), async () => {
		await type(page, shown(secret, 1));
		await page.waitForURL(bank.at + "/security");
		assert.notEqual(await cookie(), old);
	});
	await so(say("the old one opens nothing"), async () => {
		const answer = await fetch(bank.at + "/accounts", { headers: {
			Accept: "application/json", Cookie: `clicknet=${old}` } });

		assert.equal(answer.status, 401);
	});
	await so(say("then the app is removed, and messages come again"),
		async () => {
			await press(page, "Remove the app");
			await has(page, "main [role=status]", /app is removed/);
			await page.context().clearCookies();
			await signIn(page, bank, page.user, "/security");
			await has(page, "main", /Left: 9/);
		});
};

const whole = async (chrome, bank, user, options, say) => {
	const context = await chrome.newContext(options);
	const bad = complaints(context);
	const page = Object.assign(await context.newPage(), { bank, user });

	page.setDefaultTimeout(10000);
	await signIn(page, bank, user, "/security");
	const secret = await adding(page, say);
	const codes = await onPaper(page, say);

	await entering(page, secret, codes, say);
	await guessing(page, secret, say);
	await stepping(page, secret, say);
	await so(say("no page complained"), () => assert.deepEqual(bad, []));
	await context.close();
};

main(async (chrome, nginx, lighttpd) => {
	await whole(chrome, nginx, "amina", {},
		(name) => `with scripts: ${name}`);
	await whole(chrome, lighttpd, "edmund", { javaScriptEnabled: false },
		(name) => `without, lighttpd: ${name}`);
}, ["nginx", "lighttpd"]);
