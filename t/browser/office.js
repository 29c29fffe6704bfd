/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* office.js: what people of the bank do with an application that was sent. */
"use strict";
const assert = require("node:assert/strict");
const { so, signIn, complaints } = require("./bank.js");
const { has, press } = require("./page.js");

/* Somebody of the bank, at a desk, in front of one application. */
const desk = async (chrome, bank, user, reference) => {
	const context = await chrome.newContext(
		{ viewport: { width: 1280, height: 900 } });
	const page = await context.newPage();

	page.bad = complaints(context);
	await signIn(page, bank, user, "/staff/applications");
	await page.getByRole("link", { name: new RegExp(reference) }).click();
	return page;
};

const opened = async (page, name) => {
	const details = page.locator("details", { has: page.locator("summary",
		{ hasText: name }) });

	await details.locator("summary").click();
	return details;
};

const proposing = async (chrome, bank, user, who, reference, say) => {
	await so(say("one of the bank sees who waits, with the pictures beside"),
		async () => {
			const page = await desk(chrome, bank, user, reference);

			await has(page, "h1", new RegExp(who.name));
			await has(page, "main", /established/);
			for (const img of await page.locator(".pictures img").all()) {
				await img.scrollIntoViewIfNeeded();
				await page.waitForFunction((it) => it.complete &&
					it.naturalWidth > 0, await img.elementHandle());
			}
			assert.equal(await page.locator(".pictures img").count(), 3);
			const form = await opened(page, "Propose to approve");

			await form.getByRole("textbox").fill("The face fits.");
			await form.getByRole("button").click();
			await has(page, "main [role=status]", /Proposed to approve/);
			assert.equal(await page.getByRole("button", { name: "Agree" })
				.count(), 0);
			assert.deepEqual(page.bad, []);
			await page.context().close();
		});
};

const agreeing = async (chrome, bank, user, reference, say) => {
	await so(say("another agrees, and the account is open"), async () => {
		const page = await desk(chrome, bank, user, reference);

		await has(page, "main", /The face fits\./);
		await press(page, "Agree");
		await has(page, "main [role=status]", /Decided/);
		assert.deepEqual(page.bad, []);
		await page.context().close();
	});
};

const asking = async (chrome, bank, user, reference, say) => {
	await so(say("one of the bank asks for a better photo"), async () => {
		const page = await desk(chrome, bank, user, reference);
		const form = await opened(page, "Ask for more");

		await form.getByRole("radio", { name: "Documents" }).check();
		await form.getByRole("textbox").fill("The back is too dark.");
		await form.getByRole("button").click();
		await has(page, "main [role=status]", /Asked/);
		await page.context().close();
	});
};

module.exports = { proposing, agreeing, asking };
