/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* deciding.js: every page that staff see of an application, and those its
 * person sees when it is decided, each shown. */
"use strict";
const fs = require("node:fs");
const path = require("node:path");

/* Somebody who is like Nora, for whoever looks her up. */
const listed = (bank) => {
	const file = path.join(bank.home, "list.csv");

	fs.writeFileSync(file, "list,entry,name,aliases,birth_dates,countries\n" +
		"EU 2026-11-01,4711,Nora Neuh,Nora Maria Neu,1994,DE\n");
	bank.tool("screening", "import", file);
};

const press = (page, form, name) => page.locator(
	`main form[action$='${form}']`).getByRole("button", { name }).click();

/* Another of the bank, in the same browser. */
const enter = async (page, bank, user, next) => {
	await page.context().clearCookies({ name: "clicknet" });
	await page.goto(`${bank.at}/login?next=${next}`);
	await page.fill("#user_id", user);
	await page.fill("#password", bank.people[user].password);
	await page.click("main form[action='/login'] button");
	await page.waitForSelector("#code");
	await page.fill("#code", bank.code());
	await page.click("main form[action='/verify-otp'] button");
	await page.waitForURL(bank.at + next);
};

const open = (page, name) => page.locator("summary", { hasText: name }).click();

const making = async (page, bank, show) => {
	await enter(page, bank, "sinead", "/staff/applications");
	await show("staff-applications");
	await page.locator("main a.row").first().click();
	await page.waitForSelector("#decide");
	const at = new URL(page.url()).pathname;

	await show("staff-application");
	while (await page.locator("form[action*='/screening/']").count() > 0) {
		await page.locator("form[action*='/screening/'] textarea").first()
			.fill("Born in May.");
		await page.locator("form[action*='/screening/'] button").first()
			.click();
		await page.waitForURL(/said=clear/);
	}
	await open(page, "Propose to decline");
	await press(page, "/decision", "Propose to decline");
	await page.waitForSelector("#problem");
	await show("staff-application-error");
	await page.goto(bank.at + at);
	await open(page, "Propose to approve");
	await press(page, "/decision", "Propose to approve");
	await page.waitForURL(/said=approve/);
	await show("staff-application-mine");
	return at;
};

const deciding = async (page, bank, show) => {
	const at = await making(page, bank, show);

	await enter(page, bank, "tomasz", at);
	await show("staff-application-check");
	await press(page, "/decision", "Agree");
	await page.waitForURL(/said=agree/);
	await show("staff-application-decided");
	await show("staff-applications-approved",
		"/staff/applications?state=approved");
	await show("staff-report", "/staff/reports/kyc");
	await show("staff-report-none",
		"/staff/reports/kyc?from=2001-01-01&to=2001-01-31");
	await show("staff-applications-none",
		"/staff/applications?reference=2222-2222");
	await page.context().clearCookies({ name: "clicknet" });
	await show("apply-approved", "/apply/sent");
	await show("apply-user", "/apply/user");
	await page.fill("#user_id", "n");
	await page.fill("#password", "short");
	await page.click("main form[action='/apply/user'] button:not([type])");
	await page.waitForSelector("#problem");
	await show("apply-user-error");
	await page.fill("#user_id", "nora");
	await page.fill("#password", "harbour-light-7");
	await page.click("main form[action='/apply/user'] button:not([type])");
	await page.waitForSelector("main a[href='/login']");
	await show("apply-user-done");
};

module.exports = { deciding, listed };
