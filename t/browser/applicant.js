/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* applicant.js: a stranger asks for an account as a program would: every answer
 * is as described. */
"use strict";
const path = require("node:path");
const { operations } = require("./described.js");
const { run, wrong } = require("./bank.js");
const { code: codeAbout } = require("./page.js");
const { somebody } = require("./steps.js");

const nora = { name: "Nora Neu", email: "nora@new.example",
	mobile: "+49 151 12345678" };
const details = {
	given_names: "Nora", family_name: "Neu", birth_date: "1994-02-28",
	nationality: "DE", address: "Lindenweg 3", postcode: "10115",
	city: "Berlin", country: "DE", tax_country: "DE",
	tax_id: "12 345 678 901", occupation: "employed",
	source_of_funds: "salary", pep: false, declarations: true,
};

/* Nora's passport; nobody counts the < at an end. */
const mrz = "p<d<<neu<<nora\nC01X00T478D<<9402283F3012316<<06";

/* Paths that are a stranger's own. */
const strangers = (at) => /^\/(apply|kyc-session)(\/|$)/.test(at);

const reading = async ({ step }, chosen) => {
	for (const [name, it] of operations)
		if (name.startsWith("GET ") && strangers(it.at) &&
		    it.at !== "/apply/user" && !it.at.includes("{"))
			await step(`${name} is as described`, name, 200, undefined,
				`${it.at}?${chosen}`);
};

const identity = async (bank, step) => {
	const shown = { document_kind: "passport", mrz };

	await step("pictures of a document come first",
		"POST /verify-identity", 409, shown);
	run("sqlite3", ["-cmd", ".timeout 5000", path.join(bank.home, "bank.db"),
		"UPDATE application SET documents_at = created_at"]);
	await step("lines typed wrong", "POST /verify-identity", 422,
		{ ...shown, mrz: mrz.replace("X", "Y") });
	await step("a document is shown", "POST /verify-identity", 202, shown);
	await step("which cannot be read", "POST /verify-identity", 202,
		{ document_kind: "passport" });
};

const applicant = async (bank) => {
	const it = somebody(bank);
	const { step } = it;
	const { products: [{ product_code }] } =
		await step("what is offered", "GET /products", 200);
	const { branches: [{ branch_code }] } = await step("and where",
		"GET /apply/branch", 200, undefined,
		`/apply/branch?product=${product_code}`);
	const begin = { ...nora, product_code, branch_code };

	await step("all that is wrong is said", "POST /kyc-session", 422,
		{ ...begin, mobile: "0151", branch_code: "nowhere" });
	it.token = (await step("an application is begun", "POST /kyc-session",
		201, begin)).token;
	await reading(it, new URLSearchParams({ product: product_code,
		branch: branch_code }));
	await step("it is not complete", "POST /kyc-session/submit", 409, {});
	await step("details come later", "PUT /kyc-session/details", 409,
		details);
	for (const channel of ["mobile", "email"]) {
		await step(`a code by ${channel}`, "POST /kyc-session/send-otp",
			202, { channel });
		await step("a second so soon", "POST /kyc-session/send-otp", 429,
			{ channel });
		const code = await codeAbout(bank, /for your application/);
		await step("a wrong one", "POST /kyc-session/verify", 401,
			{ channel, code: wrong(code) });
		await step("the right one", "POST /kyc-session/verify", 200,
			{ channel, code });
		await step("is used up", "POST /kyc-session/verify", 409,
			{ channel, code });
	}
	await step("who is not ninety years late", "PUT /kyc-session/details",
		422, { ...details, birth_date: "1894-02-28", pep: null });
	await step("says who they are", "PUT /kyc-session/details", 200, details);
	await identity(bank, step);
	await step("nobody is told who has applied", "POST /apply/link", 202,
		{ email: nora.email, mobile: nora.mobile });
	await step("a link that never was", "POST /apply/resume", 410,
		{ token: "never" });
	await step("another number", "PUT /kyc-session", 200,
		{ mobile: "+49 151 87654321" });
	await step("how it stands", "GET /kyc-session", 200);
	await step("it is left", "POST /apply/leave", 200, {});
	await step("and closed", "GET /kyc-session", 401);
};

module.exports = { applicant, strangers };
