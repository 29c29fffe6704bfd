/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* staffing.js: who works at the bank looks at applications as a program would:
 * every answer is as described. */
"use strict";
const { operations } = require("./described.js");
const { somebody } = require("./steps.js");

/* Paths that are for staff. */
const staffs = (at) => /^\/staff(\/|$)/.test(at);

/* A customer finds nothing there; ${id}: of nothing. */
const stranger = async (bank, id) => {
	const it = somebody(bank);

	await it.step("staff sign in, too", "GET /staff/applications", 401);
	await it.enter("kofi");
	for (const [name, { at }] of operations)
		if (staffs(at))
			await it.step(`for a customer there is no ${name}`, name, 404,
				name.startsWith("GET ") ? undefined : {},
				at.replace(/{\w+}/g, id));
};

/* One that was begun, and never sent. */
const staffing = async (bank, nothing) => {
	const it = somebody(bank);
	const { step } = it;
	const list = "GET /staff/applications", file = `${list}/{id}`;
	const picture = `${file}/documents/{document}`;
	const decide = "POST /staff/applications/{id}/decision";
	const judge = "POST /staff/applications/{id}/screening/{hit}";

	await stranger(bank, nothing);
	await it.enter("sinead");
	await step("who waits", list, 200);
	await step("in no such state", list, 422, undefined,
		"/staff/applications?state=lost");
	const { applications: [{ application_id: id }] } = await step(
		"who has begun", list, 200, undefined,
		"/staff/applications?state=started");
	const at = `/staff/applications/${id}`;

	await step("all about one", file, 200, undefined, at);
	await step("none of nothing", file, 404, undefined,
		`/staff/applications/${nothing}`);
	await step("nor a picture", picture, 404, undefined,
		`${at}/documents/${nothing}`);
	await step("what is said is a word", decide, 422, { verdict: "maybe" },
		`${at}/decision`);
	await step("of what was sent", decide, 404, { verdict: "approve" },
		`${at}/decision`);
	await step("a likeness is judged", judge, 404,
		{ verdict: "clear", note: "No." }, `${at}/screening/${nothing}`);
};

module.exports = { staffing, staffs };
