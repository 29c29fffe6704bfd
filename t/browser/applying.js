/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* applying.js: every page on the way from a stranger to an application that is
 * sent, each shown. */
"use strict";
const path = require("node:path");
const { run } = require("./bank.js");
const { code, fill } = require("./page.js");

const nora = { name: "Nora Neu", email: "nora@new.example",
	mobile: "+49 151 12345678" };
const texts = {
	given_names: "Nora Marie", family_name: "Neu", birth_date: "1994-02-28",
	address: "Lindenweg 3", postcode: "10115", city: "Berlin",
	tax_id: "12 345 678 901",
};
const choices = { nationality: "DE", country: "DE", tax_country: "DE",
	occupation: "employed", source_of_funds: "salary" };

const send = (page, form) =>
	page.locator(`main form[action='${form}'] button:not([type])`)
		.first().click();

const codes = async (page, bank, show) => {
	await page.waitForURL(/apply\/mobile/);
	await show("apply-mobile");
	const right = await code(bank, /for your application/);

	await page.fill("#code", right === "000000" ? "000001" : "000000");
	await send(page, "/kyc-session/verify");
	await page.waitForSelector("#problem");
	await show("apply-mobile-error");
	await page.fill("#code", right);
	await send(page, "/kyc-session/verify");
	await page.waitForURL(/apply\/email/);
	await show("apply-email");
	await page.fill("#code", await code(bank, /for your application/));
	await send(page, "/kyc-session/verify");
	await page.waitForURL(/apply\/details/);
	await show("apply-confirmed", "/apply/mobile");
};

const details = async (page, show) => {
	await show("apply-details", "/apply/details");
	await page.fill("#birth_date", "2020-01-01");
	await send(page, "/kyc-session/details");
	await page.waitForSelector("#problem");
	await show("apply-details-error");
	await fill(page, texts);
	for (const [name, value] of Object.entries(choices))
		await page.selectOption(`#${name}`, value);
	await page.check("#pep input[value=false]");
	await page.check("#declarations input");
	await send(page, "/kyc-session/details");
	await page.waitForURL(/apply\/documents/);
};

/* What is given by other pages is there; the bank's own clock says when. */
const proven = (bank) => run("sqlite3", ["-cmd", ".timeout 5000",
	path.join(bank.home, "bank.db"),
	"UPDATE application SET documents_at = created_at"]);

/* Nora's passport, and what it was before. */
const lines = "P<D<<NEU<<NORA\nC01X00T478D<<9402283F3012316<<06";
const expired = "P<D<<NEU<<NORA\nC01X00T478D<<9402283F2001012<<06";

const identity = async (page, show) => {
	await show("apply-identity", "/apply/identity");
	await page.check("input[value=passport]");
	await page.fill("#mrz", lines.replace("X", "Y"));
	await send(page, "/verify-identity");
	await page.waitForSelector("#problem");
	await show("apply-identity-error");
	await page.fill("#mrz", expired);
	await send(page, "/verify-identity");
	await page.waitForSelector("[role=alert]");
	await show("apply-identity-failed");
	await page.fill("#mrz", lines.toLowerCase());
	await send(page, "/verify-identity");
	await page.waitForURL(/apply\/review/);
	await show("apply-identity-done", "/apply/identity");
};

const applying = async (page, bank, show) => {
	const { products } = await (await fetch(`${bank.at}/products`,
		{ headers: { Accept: "application/json" } })).json();

	await show("apply-branch",
		`/apply/branch?product=${products[0].product_code}`);
	await page.locator("input[name=branch]").first().check();
	await send(page, "/apply/contact");
	await page.waitForSelector("#mobile");
	await show("apply-contact");
	await fill(page, { ...nora, mobile: "0151 12" });
	await send(page, "/kyc-session");
	await page.waitForSelector("#problem");
	await show("apply-contact-error");
	await fill(page, nora);
	await send(page, "/kyc-session");
	await codes(page, bank, show);
	await details(page, show);
	await show("apply-review-missing", "/apply/review");
	proven(bank);
	await identity(page, show);
	await show("apply-review", "/apply/review");
	await show("apply-resume", "/apply/resume");
	await page.goto(`${bank.at}/apply/review`);
	await send(page, "/kyc-session/submit");
	await page.waitForURL(/apply\/sent/);
	await show("apply-sent");
};

module.exports = { applying };
