/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* register.js: how people come to a user id and to a new password. */
"use strict";
const assert = require("node:assert/strict");
const { so, wrong, signIn, complaints, main } = require("./bank.js");
const { has, fill, message, code, waited } = require("./page.js");

/* Who is in the demonstration's books; Rosalind has no user id yet. */
const rosalind = { customer_id: "c000105", tax_id: "1208351p",
	birth_date: "1953-09-08" };
const maeve = { tax_id: "3307196T", birth_date: "1979-06-30" };

const press = (page, name) =>
	page.getByRole("button", { name, exact: true }).click();

/* The form's own way to tell people from machines comes first. */
const send = async (page, name) => {
	if (page.plain)
		await waited(page);
	await press(page, name);
};

const confirm = async (page, digits) => {
	await page.fill("#code", digits);
	await press(page, "Continue");
};

const registering = async (page, bank, user, say) => {
	await so(say("the door shows the way to register"), async () => {
		await page.goto(bank.at + "/login");
		await page.getByRole("link", { name: "Register for online banking" })
			.click();
		await has(page, "h1", /^Register for online banking$/);
	});
	await so(say("all that is missing is said at once, and the words stay"),
		async () => {
			await fill(page, { ...rosalind, tax_id: "", user_id: "r",
				password: "Password1" });
			await press(page, "Register");
			for (const name of ["tax_id", "user_id", "password"])
				assert.equal(await page.locator(`#${name}-why`).count(), 1, name);
			assert.equal(await page.inputValue("#customer_id"), "c000105");
			assert.equal(await page.inputValue("#birth_date"), "1953-09-08");
			assert.equal(await page.inputValue("#password"), "");
			await has(page, "#problem", /known to people who try them out/);
		});
	await fill(page, { ...rosalind, birth_date: "1953-09-09",
		user_id: user, password: "harbour-light-7" });
	if (page.plain)
		await so(say("who shows not to be a person is asked to wait"),
			async () => {
				await press(page, "Register");
				await has(page, "#problem a[href='#captcha']",
					/Please confirm this/);
				await page.fill("#password", "harbour-light-7");
			});
	else
		await so(say("the browser shows by itself that it is no machine"),
			() => has(page, "#captcha [role=status]", /^Confirmed/, 20000));
	await so(say("a wrong date of birth looks like a right one"), async () => {
		await send(page, "Register");
		await has(page, "main", /If what you told us fits/);
		await has(page, "label[for=code]", /^Code from the message$/);
	});
	await so(say("the right one brings a code"), async () => {
		await page.goto(bank.at + "/register");
		await fill(page, { ...rosalind, user_id: user,
			password: "harbour-light-7" });
		await send(page, "Register");
		await has(page, "main", /If what you told us fits/);
		await confirm(page, wrong(await code(bank, /to register/)));
		await has(page, "#problem", /Tries left: 4/);
	});
	await so(say("which makes a user"), async () => {
		await confirm(page, await code(bank, /to register/));
		await has(page, "h1", /^You are registered$/);
		await has(page, ".facts", new RegExp(user));
	});
	await so(say("who can sign in"), async () => {
		bank.people[user] = { password: "harbour-light-7" };
		await signIn(page, bank, user);
		await has(page, "h1", /Rosalind|Good/);
	});
};

const again = async (page, bank, user, say) => {
	await so(say("who is registered is told so in the message alone"),
		async () => {
			await page.goto(bank.at + "/register");
			await fill(page, { ...rosalind, user_id: "rosa2",
				password: "harbour-light-7" });
			await send(page, "Register");
			await has(page, "main", /If what you told us fits/);
			const { text } = await message(bank, /registered with .* already/);

			assert.match(text, new RegExp(user));
		});
};

const forgettingBoth = async (page, bank, say) => {
	await so(say("who forgot the user id is shown it"), async () => {
		await page.goto(bank.at + "/login");
		await page.getByRole("link", { name: "Forgotten user id" }).click();
		await fill(page, { ...maeve, mobile: "+44 7700 900103" });
		await send(page, "Send a code");
		await confirm(page, await code(bank, /see your user id/));
		await has(page, ".facts", /maeve/);
	});
	await so(say("who forgot the password is let in by a code, once"),
		async () => {
			await page.goto(bank.at + "/login");
			await page.getByRole("link", { name: "Forgotten password" }).click();
			await fill(page, { ...maeve, user_id: "maeve" });
			await send(page, "Send a code");
			await confirm(page, await code(bank, /set a new password/));
			await has(page, "h1", /^A new password$/);
			assert.doesNotMatch(page.url(), /token/);
			await page.fill("#new_password", "short");
			await press(page, "Set the password");
			await has(page, "#new_password-why", /too short/);
			await page.fill("#new_password", "Quiet Oven Harvest 9");
			await press(page, "Set the password");
			await has(page, "main [role=status]", /Your new password is set/);
		});
	await so(say("and told by mail that it was changed"), () =>
		message(bank, /Your password at .* was changed/));
	await so(say("the old password opens nothing, the new one does"), async () => {
		await page.fill("#user_id", "maeve");
		await page.fill("#password", bank.people.maeve.password);
		await press(page, "Sign in");
		await has(page, "#problem", /not right/);
		if (page.plain && await page.locator("#captcha").count())
			await waited(page);
		bank.people.maeve.password = "Quiet Oven Harvest 9";
		await signIn(page, bank, "maeve");
	});
};

const changing = async (page, theirs, bank, user, password, say) => {
	await signIn(theirs, bank, user);
	await so(say("the menu leads to a new password"), async () => {
		await page.locator("details.me > summary").click();
		await page.getByRole("link", { name: "Security" }).click();
		await page.getByRole("link", { name: "Password" }).click();
		await page.fill("#password", "not this one");
		await page.fill("#new_password", password);
		await press(page, "Change the password");
		await has(page, "#password-why", /not your present password/);
		assert.equal(await page.inputValue("#new_password"), "");
	});
	await so(say("a code confirms it"), async () => {
		await page.fill("#password", bank.people[user].password);
		await page.fill("#new_password", password);
		await press(page, "Change the password");
		await confirm(page, await code(bank, /change your password/));
		await has(page, "main [role=status]", /Your password is changed/);
		bank.people[user].password = password;
	});
	await so(say("this browser stays signed in, every other is out"), async () => {
		await page.goto(bank.at + "/accounts");
		assert.equal(new URL(page.url()).pathname, "/accounts");
		await theirs.goto(bank.at + "/accounts");
		assert.equal(new URL(theirs.url()).pathname, "/login");
	});
};

/* Only where scripts run. */
const comforts = async (page, bank, say) => {
	const proofs = [];

	page.on("request", (it) => {
		const url = new URL(it.url());

		if (url.pathname === "/user-id-available")
			proofs.push(url.searchParams.get("captcha"));
	});
	await so(say("a taken user id is told while it is typed"), async () => {
		await page.goto(bank.at + "/register");
		await page.fill("#user_id", "amina");
		await page.locator("#password").focus();
		await page.waitForSelector("#user_id ~ output:text('taken')");
		await page.fill("#user_id", "nobody-has-this");
		await page.locator("#password").focus();
		await page.waitForSelector("#user_id ~ output:text('free')");
	});
	await so(say("each answer costs a captcha, and none of them the form's"),
		async () => {
			await page.waitForFunction(() =>
				document.querySelector("[name=captcha]").value);
			proofs.push(await page.inputValue("[name=captcha]"));
			assert.equal(proofs.length, 3);
			assert.equal(new Set(proofs).size, 3);
			assert.ok(proofs.every((it) => it.length > 100));
		});
	await so(say("who waited instead is not asked for what they waited for"),
		async () => {
			const tab = await page.context().newPage();

			await tab.goto(bank.at + "/captcha/wait?next=/register");
			await tab.waitForSelector("h1:text('Thank you')");
			await tab.goto(bank.at + "/register");
			await tab.fill("#user_id", "amina");
			await tab.locator("#password").focus();
			await tab.waitForTimeout(500);
			assert.equal(await tab.textContent("#user_id ~ output"), "");
			await tab.reload();
			assert.match(await tab.textContent("#captcha"), /You have waited/);
			await tab.close();
		});
	await so(say("a meter says how long a password is, and it can be looked at"),
		async () => {
			await page.fill("#password", "abc");
			assert.equal(await page.locator("#password ~ meter")
				.evaluate((it) => it.value), 3);
			await page.getByRole("button", { name: "Show" }).click();
			assert.equal(await page.getAttribute("#password", "type"), "text");
			await page.getByRole("button", { name: "Hide" }).click();
			assert.equal(await page.getAttribute("#password", "type"),
				"password");
		});
};

const whole = async (chrome, bank, user, options, say) => {
	const context = await chrome.newContext(options);
	const other = await chrome.newContext(options);
	const [page, theirs] = [await context.newPage(), await other.newPage()];
	const bad = complaints(context);

	page.plain = options.javaScriptEnabled === false;
	page.setDefaultTimeout(10000);
	await registering(page, bank, user, say);
	await changing(page, theirs, bank, user, "harbour-light-8", say);
	await page.context().clearCookies();
	await again(page, bank, user, say);
	await forgettingBoth(page, bank, say);
	await page.context().clearCookies();
	if (!page.plain)
		await comforts(page, bank, say);
	await so(say("no page complained"), () => assert.deepEqual(bad, []));
	await context.close();
	await other.close();
};

main(async (chrome, scripted, plain) => {
	for (const bank of [scripted, plain]) {
		bank.tool("set", "CAPTCHA", "auto");
		bank.tool("set", "CAPTCHA_WAIT_SECONDS", "5");
	}
	await new Promise((done) => setTimeout(done, 1200));
	await whole(chrome, scripted, "rosalind", {},
		(name) => `with scripts: ${name}`);
	await whole(chrome, plain, "rosa.p", { javaScriptEnabled: false },
		(name) => `without: ${name}`);
}, ["nginx", "lighttpd"]);
