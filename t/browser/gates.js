/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* gates.js: what every page must hold, whatever it shows. */
"use strict";
const assert = require("node:assert/strict");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { spawnSync } = require("node:child_process");
const { ok, so, wrong, signIn, complaints, main } =
	require("./bank.js");
const { fill, code } = require("./page.js");
const { applying } = require("./applying.js");
const { deciding, listed } = require("./deciding.js");
const scores = require("./scores.js");

const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const pictures = process.env.CLICKNET_PICTURES;
const keep = fs.mkdtempSync(path.join(os.tmpdir(), "clicknet-pages-"));
const links = new Set();
const widths = { 320: 640, 360: 740, 1280: 860 };

/* What only its colours decide of a page. */
const colours = ["color-contrast", "link-in-text-block"];

/* What axe finds against a page as it stands, one line each. Colours that are
 * still changing are let arrive first. */
const violations = async (page, rules) => {
	if (!await page.evaluate(() => "axe" in window))
		await page.evaluate(axe);
	await page.evaluate(() => document.getAnimations()
		.forEach((it) => it.finish()));
	const found = await page.evaluate((only) => window.axe.run(document, {
		resultTypes: ["violations"],
		...(only ? { runOnly: only }
			: { rules: { "target-size": { enabled: true } } }),
	}), rules);

	return found.violations.flatMap((rule) => rule.nodes.map((node) =>
		`${rule.id} ${node.target.join(" ")} ${node.html.slice(0, 160)}`));
};
const contrast = (page) => violations(page, colours);

/* What makes a page wider than its window. */
const overflow = (page) => page.evaluate(() => {
	const root = document.documentElement;

	if (root.scrollWidth <= root.clientWidth)
		return [];
	return [`${root.scrollWidth} > ${root.clientWidth}`,
		...[...document.querySelectorAll("body *")]
			.filter((it) => it.getBoundingClientRect().right >
				root.clientWidth + 0.5)
			.map((it) => it.outerHTML.slice(0, 120))].slice(0, 6);
});

/* A page in every width, light, direction and size of type. */
const everywhere = async (page, name) => {
	const bad = [];
	const look = async (what, check) =>
		bad.push(...(await check(page)).map((it) => `${what}: ${it}`));

	const picture = async (width, light) => pictures &&
		page.screenshot({ fullPage: true,
			path: `${pictures}/${name}-${width}-${light}.png` });

	for (const [width, height] of Object.entries(widths)) {
		await page.setViewportSize({ width: Number(width), height });
		await look(width, overflow);
		await look(width, violations);
		await picture(width, "light");
		await page.emulateMedia({ colorScheme: "dark" });
		await look(`${width} dark`, contrast);
		await picture(width, "dark");
		await page.emulateMedia({ colorScheme: "light" });
	}
	await page.emulateMedia({ forcedColors: "active" });
	await look("forced colours", contrast);
	await page.emulateMedia({ forcedColors: "none" });
	await page.evaluate(() => {
		document.documentElement.style.fontSize = "200%";
	});
	await look("200 % at 1280", overflow);
	await page.setViewportSize({ width: 360, height: 740 });
	await look("200 % at 360", overflow);
	await page.evaluate(() => {
		document.documentElement.style.fontSize = "";
		document.documentElement.dir = "rtl";
	});
	await look("right to left", overflow);
	await look("right to left", (it) => violations(it, ["target-size"]));
	await page.evaluate(() => {
		document.documentElement.removeAttribute("dir");
	});
	return bad;
};

/* By Tab through all of a phone's page: what has the focus shows it, and
 * nothing lies over it. */
const focusing = async (page) => {
	const bad = [], seen = new Set();

	await page.evaluate(() => {
		document.activeElement?.blur();
		window.scrollTo(0, 0);
		getSelection().removeAllRanges();
	});
	for (let i = 0; i < 120; i++) {
		await page.keyboard.press("Tab");
		const at = await page.evaluate(() => {
			const it = document.activeElement;

			if (it === document.body)
				return null;
			const box = it.getBoundingClientRect();
			const style = getComputedStyle(it);
			const top = document.elementFromPoint(
				Math.min(box.left + box.width / 2, innerWidth - 1),
				box.top + Math.min(box.height / 2, 20));

			it.dataset.seen ??= Math.random();
			return {
				id: it.dataset.seen, html: it.outerHTML.slice(0, 100),
				ring: style.outlineStyle !== "none" &&
					parseFloat(style.outlineWidth) >= 2,
				free: top !== null &&
					(it.contains(top) || top.contains(it)),
			};
		});

		if (at === null || seen.has(at.id))
			break;
		seen.add(at.id);
		if (!at.ring)
			bad.push(`no ring: ${at.html}`);
		if (!at.free)
			bad.push(`covered: ${at.html}`);
	}
	return seen.size === 0 ? ["nothing takes the focus"] : bad;
};

/* The document as the server sent it is kept for the validator. */
const keeping = (page) => {
	const sent = { body: Promise.resolve("") };

	page.on("response", (answer) => {
		if (answer.request().isNavigationRequest() &&
		    Math.floor(answer.status() / 100) !== 3) {
			sent.body = answer.text();
			/* Of a page that was only passed nobody asks it. */
			sent.body.catch(() => {});
		}
	});
	return sent;
};

const gate = async (page, sent, name) => {
	await page.waitForLoadState();
	fs.writeFileSync(path.join(keep, `${name}.html`), await sent.body);
	for (const link of await page.evaluate(() =>
		[...document.querySelectorAll("[href], [src]")]
			.filter((it) => !it.getAttribute("href")?.startsWith("#"))
			.map((it) => it.href ?? it.src)
			.filter((it) => it.at && !it.startsWith("otpauth:"))))
		links.add(link);
	const bad = await everywhere(page, name);

	ok(bad.length === 0, `${name}: for everybody, on every screen, in every ` +
		"light", bad.join("\n"));
	const lost = await focusing(page);

	ok(lost.length === 0, `${name}: the focus can be seen everywhere`,
		lost.join("\n"));
};

const press = (page, form) =>
	page.locator(`main form[action='${form}'] button:not([type])`)
		.first().click();

const enter = async (page, bank, to, payee_name, amount) => {
	await page.goto(bank.at + "/transfer");
	await fill(page, { to, payee_name, amount, purpose: "Rent for December" });
	await press(page, "/transfer/check");
};

/* Adding an app and codes on paper, and being asked for a code first. */
const factors = async (page, bank, show) => {
	await show("security", "/security");
	await press(page, "/totp");
	await page.waitForSelector(".qr");
	await show("app");
	await page.fill("#code", "000000");
	await press(page, "/totp/confirm");
	await page.waitForSelector("#problem");
	await show("app-error");
	await show("security-begun", "/security");
	await press(page, "/recovery-codes");
	await page.waitForSelector(".codes");
	await show("recovery-codes");
	bank.longAgo();
	await show("step-up", "/step-up?next=/security");
	await press(page, "/step-up");
	await page.waitForSelector("#code");
	await show("step-up-code");
	await page.locator("button[value=recovery]").click();
	await page.waitForURL(/with=recovery/);
	await show("paper-code");
	await page.fill("#code", bank.code());
	await press(page, "/verify-otp");
	await page.waitForURL(bank.at + "/security");
};

/* What people see who have no user id, or forgot something. */
const doors = async (page, bank, show) => {
	const maeve = { tax_id: "3307196T", birth_date: "1979-06-30" };

	await show("register", "/register");
	await fill(page, { customer_id: "C000105", user_id: "ro",
		password: "password" });
	await press(page, "/register");
	await page.waitForSelector("#problem");
	await show("register-error");
	await show("forgot-user-id", "/forgot-user-id");
	await fill(page, { ...maeve, email: "maeve@tollandsbakery.example" });
	await press(page, "/forgot-user-id");
	await page.waitForSelector("#code");
	await show("strangers-code");
	await page.fill("#code", await code(bank, /user id/));
	await press(page, "/verify-otp");
	await page.waitForSelector(".facts");
	await show("user-id");
	await show("forgot-password", "/forgot-password");
	await fill(page, { ...maeve, user_id: "maeve" });
	await press(page, "/forgot-password");
	await page.waitForSelector("#code");
	await page.fill("#code",
		await code(bank, /new password/));
	await press(page, "/verify-otp");
	await page.waitForSelector("#new_password");
	await show("reset-password");
	await page.fill("#new_password", "short");
	await press(page, "/reset-password");
	await page.waitForSelector("#problem");
	await show("reset-password-error");
};

/* Every page there is, in the order a person meets them. */
const tour = async (page, bank, run) => {
	const sent = keeping(page);
	const show = async (name, address) => {
		if (address)
			await page.goto(bank.at + address);
		await gate(page, sent, name);
	};

	const set = async (...settings) => {
		for (const [name, value] of settings)
			bank.tool("set", name, value);
		await new Promise((done) => setTimeout(done, 1200));
	};

	listed(bank);
	await applying(page, bank, show);
	await deciding(page, bank, show);
	await doors(page, bank, show);
	await show("products", "/products");
	await show("products-loans", "/products?category=loan");
	await show("product", "/products/SAVER");
	await show("product-loan", "/products/CARLOAN");
	await show("branches", "/branches");
	await show("branches-near", "/branches?near=52.14,-7.39");
	await show("branches-error", "/branches?near=here");
	await show("sign-in", "/login");
	await set(["CAPTCHA", "always"], ["CAPTCHA_WAIT_SECONDS", "300"]);
	await show("sign-in-captcha", "/login");
	await show("captcha-wait", "/captcha/wait");
	await set(["CAPTCHA", "off"]);
	await page.goto(bank.at + "/login");
	await page.fill("#user_id", "amina");
	await page.fill("#password", "not this one");
	await press(page, "/login");
	await show("sign-in-error");
	await page.fill("#password", bank.people.amina.password);
	await press(page, "/login");
	await page.waitForSelector("#code");
	await show("code");
	await page.fill("#code", bank.code());
	await press(page, "/verify-otp");
	await page.waitForURL(bank.at + "/");
	await show("home");
	await show("accounts", "/accounts");
	await page.locator("main a.row").first().click();
	await page.waitForSelector(".hero");
	await show("account");
	await show("transactions", "/transactions");
	await show("transactions-search", "/transactions?q=card&direction=out&min=5");
	await show("transactions-none", "/transactions?q=no-such-word");
	await show("transactions-error", "/transactions?min=abc&max=1.2.3");
	await show("limits", "/limits");
	await show("sessions", "/sessions");
	await factors(page, bank, show);
	await show("passkeys", "/passkeys");
	await show("change-password", "/change-password");
	await show("activity", "/activity");
	await show("lost-phone", "/lost-phone");
	await show("lost-phone-done", "/lost-phone?done=1");
	await show("emergency-code", "/emergency-code");
	await page.click("main form[action='/emergency-code'] button");
	await page.waitForSelector(".key");
	await show("emergency-code-new");
	await show("inbox", "/demo/inbox");
	await show("missing", "/nowhere");
	await show("transfer", "/transfer");
	await enter(page, bank, run.payee, "Jonas Reiter", "1.234");
	await show("transfer-error");
	await enter(page, bank, run.payee, "Jonas Reitter", "12,5");
	await page.waitForSelector("form[action='/transfer']");
	await show("check");
	await press(page, "/transfer");
	await page.waitForSelector("#code");
	await show("payment-code");
	const code = bank.code();

	await page.fill("#code", wrong(code));
	await press(page, "/verify-otp");
	await page.waitForSelector("#problem");
	await show("payment-code-error");
	await page.fill("#code", code);
	await press(page, "/verify-otp");
	await page.waitForSelector(".receipt");
	await show("receipt");
};

/* From home to the receipt with Tab, Enter and letters alone. */
const byKeyboard = async (page, bank, payee) => {
	const tabTo = async (what) => {
		for (let i = 0; i < 60; i++) {
			await page.keyboard.press("Tab");
			if (await page.evaluate((s) => document.activeElement.matches(s),
				what))
				return;
		}
		assert.fail(`no way by Tab to ${what}`);
	};
	const type = (words) => page.keyboard.type(words);
	const next = async (what) => {
		await page.keyboard.press("Enter");
		await page.waitForSelector(what);
	};

	await page.goto(bank.at + "/");
	await page.keyboard.press("Tab");
	assert.equal(await page.evaluate(() =>
		document.activeElement.getAttribute("href")), "#main");
	await tabTo("nav.tabs a[href='/transfer']");
	await next("#from");
	await tabTo("#to");
	await type(payee);
	await tabTo("#payee_name");
	await type("Jonas Reiter");
	await tabTo("#amount");
	await type("3,20");
	await next("form[action='/transfer']");
	await tabTo("form[action='/transfer'] button");
	await next("#code");
	await tabTo("#code");
	await type(bank.code());
	await next(".receipt");
};

/* German words are longer. */
const inGerman = async (page, bank) => {
	const bad = [];

	await page.context().addCookies([{ name: "lang", value: "de", url: bank.at }]);
	await page.setViewportSize({ width: 320, height: 640 });
	for (const address of ["/", "/accounts", "/transactions?q=a", "/transfer",
		"/limits", "/sessions", "/security", "/totp", "/passkeys",
		"/activity", "/emergency-code", "/lost-phone", "/demo/inbox",
		"/nowhere", "/register", "/forgot-password", "/forgot-user-id",
		"/change-password", "/products", "/products/CREDITCARD",
		"/branches?near=52.14,-7.39", "/apply/sent", "/apply/resume",
		"/apply/contact"]) {
		await page.goto(bank.at + address);
		bad.push(...(await overflow(page)).map((it) => `${address}: ${it}`));
		await page.evaluate(() => {
			document.documentElement.style.fontSize = "200%";
		});
		await page.setViewportSize({ width: 640, height: 640 });
		bad.push(...(await overflow(page))
			.map((it) => `${address} 200 %: ${it}`));
		await page.setViewportSize({ width: 320, height: 640 });
	}
	await page.context().clearCookies({ name: "lang" });
	return bad;
};

/* Every address that a page names is the bank's own, and something is there;
 * what is for staff alone is not, for a customer. */
const followed = async (context, bank) => {
	const bad = [];

	for (const link of links) {
		if (link.includes("/staff/"))
			continue;
		const answer = link.startsWith(bank.at + "/") &&
			await context.request.get(link);

		if (!answer || answer.status() >=
		    (link.endsWith("/nowhere") ? 405 : 400))
			bad.push(`${link} ${answer && answer.status()}`);
	}
	assert.ok(links.size > 50);
	assert.deepEqual(bad, []);
};

/* The Nu checker has nothing to say about pages, style and signs. */
const valid = async (bank) => {
	for (const name of ["assets/style.css", "brand.css", "assets/icon.svg"])
		fs.writeFileSync(path.join(keep, path.basename(name)), await (
			await fetch(`${bank.at}/${name}`)).text());
	const files = fs.readdirSync(keep).map((name) => path.join(keep, name));
	const it = spawnSync("java", ["-Xss4m", "-jar",
		require.resolve("vnu-jar/build/dist/vnu.jar"), "--stdout",
		"--also-check-css", "--also-check-svg", ...files],
	{ encoding: "utf8", timeout: 120000 });

	assert.equal(it.stdout.replaceAll(`file:${keep}/`, ""), "");
	assert.equal(it.status, 0, it.stderr);
	return files.length;
};

/* What comes over the line when somebody is here for the first time. */
const weigh = async (chrome, bank) => {
	const context = await chrome.newContext();
	const page = await context.newPage();
	const weights = {};

	page.on("requestfinished", async (request) => {
		weights[new URL(request.url()).pathname] =
			request.sizes().then((it) => it.responseBodySize);
	});
	await page.goto(bank.at + "/login", { waitUntil: "networkidle" });
	for (const [name, size] of Object.entries(weights))
		weights[name] = await size;
	await context.close();
	console.log("# first visit: " + Object.entries(weights)
		.map(([name, size]) => `${name} ${size}`).join(", "));
	const all = Object.values(weights).reduce((a, b) => a + b, 0);

	assert.ok(all > 0 && all <= 30000, `${all} bytes in all`);
	assert.ok(weights["/assets/style.css"] <= 10000, "style");
	assert.ok(weights["/assets/app.js"] <= 6000, "script");
};

/* A page asks the device where it is; one that does not say loses nothing. */
const nearest = async (chrome, bank) => {
	const open = async (options) => {
		const context = await chrome.newContext(options);
		const page = await context.newPage();

		await page.goto(bank.at + "/branches");
		await page.click("[data-near] button");
		return page;
	};
	const there = await open({ permissions: ["geolocation"],
		geolocation: { latitude: 52.1513, longitude: -7.3945 } });

	await there.waitForURL(/\?near=52\.151300,-7\.394500$/);
	assert.match(await there.textContent("main section:first-of-type"),
		/Castle Row\s*10 m/);
	const lost = await open({});

	await lost.waitForSelector("[data-failed]:not([hidden])");
	assert.equal(await lost.locator("main section").count(), 5);
	for (const page of [there, lost])
		await page.context().close();
};

main(async (chrome, bank) => {
	const other = await chrome.newContext();
	const theirs = await other.newPage();

	if (pictures)
		fs.mkdirSync(pictures, { recursive: true });
	await signIn(theirs, bank, "jonas");
	const payee = (await (await other.request.get(`${bank.at}/accounts`,
		{ headers: { Accept: "application/json" } })).json())
		.accounts[0].number;
	const context = await chrome.newContext();
	const page = await context.newPage();
	const bad = complaints(context);

	await tour(page, bank, { payee });
	await page.setViewportSize({ width: 1280, height: 860 });
	await so("a payment needs no mouse", () => byKeyboard(page, bank, payee));
	await so("German fits on every screen too", async () =>
		assert.deepEqual(await inGerman(page, bank), []));
	await so("no page complains, or asks for what it may not have", () =>
		assert.deepEqual(bad, []));
	await so("no link leads nowhere or elsewhere", () =>
		followed(context, bank));
	await so("pages, style and signs are valid", () => valid(bank));
	await so("the nearest branch is found by the device", () =>
		nearest(chrome, bank));
	await so("a first visit is small", () => weigh(chrome, bank));
	await scores(bank, (await context.cookies())
		.map((it) => `${it.name}=${it.value}`).join("; "));
	fs.rmSync(keep, { recursive: true });
}, ["nginx"]);
