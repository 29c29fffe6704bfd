/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* journey.js: people at the bank in a browser, with scripts and without. */
"use strict";
const assert = require("node:assert/strict");
const { so, wrong, signIn, complaints, main } = require("./bank.js");
const { press, has, fill, api } = require("./page.js");

/* "1,234.50 EUR", "−1.234,50" and "+3.00" in cents. */
const cents = (text) => {
	const digits = Number(text.replace(/\D/g, ""));

	return /[-−]/.test(text) ? -digits : digits;
};

const accounts = async (page, bank) => Object.fromEntries(
	(await api(page, bank, "/accounts")).accounts
		.map((account) => [account.title, account]));

const text = (page, what) => page.locator(what).first().innerText();

/* A summary with the focus on it says what is wrong; its way leads to the
 * field. */
const problem = async (page, field, words) => {
	await has(page, "#problem", words);
	await page.waitForSelector("#problem:focus");
	if (!field)
		return;
	await page.locator(`#problem a[href='#${field}']`).click();
	await page.waitForSelector(`#${field}:focus`);
	assert.equal(await page.getAttribute("#" + field, "aria-invalid"), "true");
};

const pay = async (page, order) => {
	await fill(page, order);
	await press(page, "Check the payment");
};

const arriving = async (page, bank, user, say) => {
	const { password, name } = bank.people[user];

	await so(say("who comes for the accounts is asked to sign in"), async () => {
		await page.goto(bank.at + "/accounts");
		assert.equal(new URL(page.url()).pathname, "/login");
	});
	await so(say("a wrong password is told, and the user id is kept"), async () => {
		await page.fill("#user_id", user);
		await page.fill("#password", "not this one");
		await press(page, "Sign in");
		await problem(page, null, /user id or the password is not right/);
		assert.equal(await page.inputValue("#user_id"), user);
		assert.equal(await page.inputValue("#password"), "");
	});
	await so(say("a right one leads to the code, which went to a masked address"),
		async () => {
			await page.fill("#password", password);
			await press(page, "Sign in");
			await has(page, "label[for=code]", /^Code from the message to .···@/);
		});
	await so(say("a wrong code leaves four tries"), async () => {
		await page.fill("#code", wrong(bank.code()));
		await press(page, "Continue");
		await problem(page, "code", /not right.*Tries left: 4/);
	});
	await so(say("the code from the inbox opens what was asked for"), async () => {
		const code = bank.code();

		await page.fill("#code", `${code.slice(0, 3)} ${code.slice(3)}`);
		await press(page, "Continue");
		await page.waitForURL(bank.at + "/accounts");
		await has(page, "h1", /^Your accounts$/);
	});
	await so(say("home greets by name and begins with the balance"), async () => {
		await page.goto(bank.at + "/");
		await has(page, "h1", new RegExp(name.split(" ")[0]));
		const mine = Object.values(await accounts(page, bank));
		const sum = mine.filter((a) => a.category === "current")
			.reduce((all, a) => all + cents(a.balance) - cents(a.held), 0);

		assert.equal(cents(await text(page, ".hero .money.big")), sum);
	});
	await so(say("each kind of account has its own sum"), async () => {
		await page.goto(bank.at + "/accounts");
		for (const card of await page.locator("main section.card").all()) {
			const rows = await card.locator(".row .end > .money").allInnerTexts();
			const sums = await card.locator(".sums .money").allInnerTexts();

			assert.equal(sums.length, 1);
			assert.equal(cents(sums[0]),
				rows.reduce((all, row) => all + cents(row), 0));
		}
	});
};

const searching = async (page, bank, say) => {
	const mine = (await accounts(page, bank)).Everyday;
	const all = [];

	for (let cursor = ""; cursor !== null;) {
		const part = await api(page, bank, `/transactions?limit=200&` +
			`account=${mine.number}&direction=out&q=card&cursor=${cursor}`);

		all.push(...part.transactions);
		cursor = part.next;
	}
	await so(say("a search stays while its pages are turned"), async () => {
		let seen = 0, pages = 0;

		await page.goto(bank.at + "/transactions");
		await page.selectOption("#account", mine.number);
		await page.fill("#q", "card");
		await page.locator("details.more > summary").click();
		await page.getByLabel("Money out").check();
		await press(page, "Show");
		for (;;) {
			const amounts = await page.locator(".rows .end > .money").allInnerTexts();

			assert.ok(amounts.every((amount) => amount.startsWith("−")));
			assert.equal(await page.inputValue("#q"), "card");
			assert.ok(await page.getByLabel("Money out").isChecked());
			assert.deepEqual(amounts.map(cents),
				all.slice(seen, seen + amounts.length).map((t) => cents(t.amount)));
			seen += amounts.length;
			pages++;
			if (await page.getByRole("link", { name: "Show older" }).count() === 0)
				break;
			await page.getByRole("link", { name: "Show older" }).click();
		}
		assert.equal(seen, all.length);
		assert.ok(pages > 1);
	});
	await so(say("what cannot be searched for is said beside its field"), async () => {
		await page.goto(bank.at + `/transactions?account=${mine.number}&min=1.2.3`);
		await problem(page, "min", /Smallest amount/);
		assert.equal(await page.inputValue("#min"), "1.2.3");
	});
	await so(say("a transaction opens its receipt"), async () => {
		await page.goto(bank.at + `/transactions?account=${mine.number}`);
		const amount = cents(await text(page, ".rows .end > .money"));

		await page.locator(".rows a.row").first().click();
		assert.equal(cents(await text(page, ".receipt .money.big")),
			Math.abs(amount));
	});
	await so(say("the chart's figures are in a table too"), async () => {
		await page.goto(bank.at + `/accounts/${mine.number}`);
		await page.locator(".chart summary").click();
		assert.equal(cents(await page.locator(".chart td").last().innerText()),
			cents(mine.balance));
	});
};

const moving = async (page, bank, savings, say) => {
	await so(say("money moves between one's own accounts in three pages"), async () => {
		const before = await accounts(page, bank);

		await page.goto(bank.at + "/transfer");
		await pay(page, { from: before[savings].number,
			to: before.Everyday.number, amount: "1 300" });
		await has(page, "main", /You move 1,300\.00 EUR/);
		await press(page, "Move 1,300.00 EUR");
		await has(page, "h1", /^Money moved$/);
		await has(page, ".facts", /Reference .+/);
		const after = await accounts(page, bank);

		assert.equal(cents(after[savings].balance),
			cents(before[savings].balance) - 130000);
		assert.equal(cents(after.Everyday.balance),
			cents(before.Everyday.balance) + 130000);
	});
	await so(say("pressing twice moves it once"), async () => {
		const before = await accounts(page, bank);

		await page.goto(bank.at + "/transfer");
		await pay(page, { from: before[savings].number,
			to: before.Everyday.number, amount: "2,50" });
		await page.getByRole("button", { name: "Move 2.50 EUR" }).dblclick();
		await has(page, "h1", /^Money moved$/);
		const after = await accounts(page, bank);

		assert.equal(cents(after.Everyday.balance),
			cents(before.Everyday.balance) + 250);
	});
};

const returning = async (page, bank, say) => {
	await so(say("who comes back to a step of a payment can begin again"),
		async () => {
			for (const step of ["check", "edit"]) {
				await page.goto(`${bank.at}/transfer/${step}`);
				await has(page, "h1", /^Pay or move money$/);
			}
		});
};

const paying = async (page, theirs, bank, payee, say) => {
	const mine = (await accounts(page, bank)).Everyday;
	const other = Object.values(await accounts(theirs, bank))[0];
	const spaced = other.number.replace(/(.{4})/g, "$1 ").trim();
	const order = { from: mine.number, to: spaced,
		payee_name: bank.people[payee].name, purpose: "Dach & <Fach> Ü" };

	await so(say("an amount with two meanings is shown back, and nothing is lost"),
		async () => {
			await page.goto(bank.at + "/transfer");
			await pay(page, { ...order, amount: "1.234" });
			await problem(page, "amount", /Did you mean 1,234\.00 or 1\.23\?/);
			for (const [name, value] of Object.entries({ ...order, amount: "1.234" }))
				assert.equal(await page.inputValue("#" + name), value, name);
		});
	await so(say("a mistyped account number is noticed"), async () => {
		await pay(page, { amount: "1.234,5",
			to: spaced.replace(/.$/, (d) => (Number(d) + 1) % 10) });
		await problem(page, "to", /account/i);
		assert.equal(await page.inputValue("#amount"), "1.234,5");
	});
	await so(say("a strange name is told before anything is paid"), async () => {
		await pay(page, { to: spaced, payee_name: "Peter Pan" });
		await has(page, "main", /name does not match the account/);
		await press(page, "Change something");
		assert.equal(await page.inputValue("#payee_name"), "Peter Pan");
		assert.equal(await page.inputValue("#purpose"), order.purpose);
	});
	await so(say("the check page repeats 1.234,5 and the payee in large type"),
		async () => {
			await pay(page, { payee_name: order.payee_name });
			assert.equal(cents(await text(page, ".money.big")), 123450);
			await has(page, "main", /The name matches the account/);
			await has(page, ".facts", /Dach & <Fach> Ü/);
		});
	await so(say("the code's page and the message name the payment"), async () => {
		await press(page, "Pay 1,234.50 EUR");
		await has(page, "main", /names 1,234\.50 EUR and /);
		const message = bank.inbox()[0].text;

		assert.match(message, /1[.,]?234[.,]50/);
		assert.match(message, new RegExp(order.payee_name));
	});
	await so(say("until then the amount is held, and home says for whom"), async () => {
		const code = page.url();

		await page.goto(bank.at + "/");
		await has(page, ".hero", new RegExp(
			`Promised to ${order.payee_name}.*−1,234\\.50`));
		await page.goto(code);
	});
	await so(say("a wrong code pays nothing"), async () => {
		await page.fill("#code", wrong(bank.code()));
		await press(page, "Pay 1,234.50 EUR");
		await problem(page, "code", /Tries left: 4/);
		await has(page, "main", /You pay 1,234\.50 EUR/);
	});
	await so(say("the right code pays, and the receipt says so"), async () => {
		await page.fill("#code", bank.code());
		await press(page, "Pay 1,234.50 EUR");
		await has(page, "h1", /^Payment made$/);
		await has(page, ".receipt", /You paid 1,234\.50 EUR/);
		await has(page, ".receipt", new RegExp(order.payee_name));
		await has(page, ".facts", /Reference .+/);
		await page.locator(".seal summary").click();
		await has(page, ".seal code", /^[0-9a-f]{64}$/);
	});
	await so(say("both balances have changed, and both sides see who"), async () => {
		const after = (await accounts(page, bank)).Everyday;
		const there = Object.values(await accounts(theirs, bank))[0];

		assert.equal(cents(after.balance), cents(mine.balance) - 123450);
		assert.equal(after.held, mine.held);
		assert.equal(cents(there.balance), cents(other.balance) + 123450);
		await theirs.goto(bank.at + `/transactions?account=${other.number}`);
		assert.equal(cents(await text(theirs, ".rows .end > .money")), 123450);
		await has(theirs, ".rows", /Dach & <Fach> Ü/);
	});
};

/* Before: OTP_RESEND_SECONDS = 5. */
const resending = async (page, bank, user, say) => {
	await page.goto(bank.at + "/login");
	await page.fill("#user_id", user);
	await page.fill("#password", bank.people[user].password);
	await press(page, "Sign in");
	let first;

	await so(say("a demonstration's code is one press away"), async () => {
		const opened = page.context().waitForEvent("page");

		await page.getByRole("link", { name: /inbox/ }).click();
		const inbox = await opened;

		bank.code();
		await inbox.getByRole("link", { name: "Look again" }).click();
		const message = await text(inbox, "article .text");

		first = message.match(/^\d{6}$/m)[0];
		await inbox.close();
	});
	await so(say("a new code has to wait a moment, and the page stays"), async () => {
		await page.click("button[name=channel][value=email]");
		await has(page, "#problem", /wait/i);
		assert.equal(await page.locator("#code").count(), 1);
	});
	await so(say("then it comes, and the old one no longer works"), async () => {
		await page.waitForTimeout(5000);
		await page.click("button[name=channel][value=email]");
		await has(page, "main [role=status]", /A new code is on its way/);
		await page.fill("#code", first);
		await press(page, "Continue");
		await has(page, "#problem", /not right/);
		await page.fill("#code", bank.code());
		await press(page, "Continue");
		await page.waitForURL(bank.at + "/");
	});
};

const reading = async (page, bank, say) => {
	await so(say("one press at the foot of the page turns it German"), async () => {
		await page.goto(bank.at + "/transactions");
		await page.getByRole("link", { name: "Deutsch" }).click();
		assert.equal(new URL(page.url()).pathname, "/transactions");
		assert.equal(await page.getAttribute("html", "lang"), "de");
		await has(page, "h1", /^Umsätze$/);
		await has(page, ".rows .money", /−[\d.]+,\d\d/);
	});
	await so(say("money is paid in German as well"), async () => {
		const mine = await accounts(page, bank);
		const [from, to] = Object.values(mine);

		await page.goto(bank.at + `/transfer?from=${from.number}&to=${to.number}`);
		await page.fill("#amount", "1.234");
		await page.locator("main form button").first().click();
		await problem(page, "amount", /Meinten Sie 1\.234,00 oder 1,23\?/);
		await page.fill("#amount", "1,5");
		await page.locator("main form button").first().click();
		await has(page, "main", /1,50 EUR/);
		await page.locator("form[action='/transfer'] button").click();
		await has(page, ".receipt", /1,50 EUR/);
		await page.getByRole("link", { name: "English" }).click();
		assert.equal(await page.getAttribute("html", "lang"), "en");
	});
};

const leaving = async (chrome, page, bank, user, options, say) => {
	await so(say("the page of devices ends another session, and it is over"),
		async () => {
			const context = await chrome.newContext({ ...options, userAgent:
				"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) " +
				"AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1" });
			const phone = await context.newPage();

			await signIn(phone, bank, user);
			await page.goto(bank.at + "/sessions");
			await page.getByRole("button", { name: "Sign out Safari · iPhone" }).click();
			await page.waitForURL(bank.at + "/sessions");
			assert.equal(await page.getByText("iPhone").count(), 0);
			await phone.goto(bank.at + "/accounts");
			assert.equal(new URL(phone.url()).pathname, "/login");
			await context.close();
		});
	await so(say("who signs out is told so"), async () => {
		await page.goto(bank.at + "/accounts");
		await page.locator("details.me > summary").click();
		await page.getByRole("button", { name: "Sign out" }).click();
		await has(page, "main [role=status]", /You are signed out/);
	});
	await so(say("then the way back shows nothing"), async () => {
		await page.goBack();
		await page.waitForLoadState();
		assert.equal(await page.locator(".rows a.row").count(), 0);
		assert.equal(new URL(page.url()).pathname, "/login");
	});
};

/* Time passes at once where scripts run. */
const waiting = async (page, bank, user, say) => {
	await page.clock.install();
	await signIn(page, bank, user, "/accounts");
	await so(say("who does nothing is warned before the session ends"), async () => {
		await page.clock.fastForward("04:10");
		await page.waitForSelector("#idle:not([hidden])");
		await page.getByRole("button", { name: "Stay signed in" }).click();
		await page.waitForSelector("#idle", { state: "hidden" });
	});
	await so(say("and is signed out, and told why"), async () => {
		await page.context().clearCookies();
		await page.clock.fastForward("06:00");
		await page.waitForURL(/\/login\?idle=1&next=%2Faccounts/);
		await has(page, "main [role=status]", /You were signed out/);
	});
};

const whole = async (chrome, bank, user, payee, savings, options, say) => {
	const context = await chrome.newContext(options);
	const other = await chrome.newContext(options);
	const [page, theirs] = [await context.newPage(), await other.newPage()];
	const bad = complaints(context);

	page.setDefaultTimeout(10000);
	await signIn(theirs, bank, payee);
	await arriving(page, bank, user, say);
	await searching(page, bank, say);
	await moving(page, bank, savings, say);
	await returning(page, bank, say);
	await paying(page, theirs, bank, payee, say);
	await reading(page, bank, say);
	await leaving(chrome, page, bank, user, options, say);
	await so(say("no page complained"), () => assert.deepEqual(bad, []));
	await context.close();
	await other.close();
};

/* What must hold behind any web server. */
const short = async (chrome, bank, user, payee, savings, say) => {
	const context = await chrome.newContext();
	const other = await chrome.newContext();
	const [page, theirs] = [await context.newPage(), await other.newPage()];

	page.setDefaultTimeout(10000);
	await signIn(theirs, bank, payee);
	await arriving(page, bank, user, say);
	await moving(page, bank, savings, say);
	await paying(page, theirs, bank, payee, say);
	await context.close();
	await other.close();
};

main(async (chrome, nginx, lighttpd) => {
	nginx.tool("set", "OTP_RESEND_SECONDS", "5");
	await whole(chrome, nginx, "amina", "jonas", "Rainy days", {},
		(name) => `with scripts: ${name}`);
	await whole(chrome, nginx, "edmund", "kofi", "Nest egg",
		{ javaScriptEnabled: false }, (name) => `without: ${name}`);
	const context = await chrome.newContext();

	await resending(await context.newPage(), nginx, "maeve",
		(name) => `with scripts: ${name}`);
	await context.close();
	const late = await chrome.newContext();

	await waiting(await late.newPage(), nginx, "noor",
		(name) => `with scripts: ${name}`);
	await late.close();
	await short(chrome, lighttpd, "amina", "noor", "Rainy days",
		(name) => `lighttpd: ${name}`);
}, ["nginx", "lighttpd"]);
