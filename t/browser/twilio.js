// SPDX-License-Identifier: AGPL-3.0-or-later
// twilio.js: Twilio's own library beside what we make of its protocol: it
// sends to our stand-in, and it signs for our webhook. What to do is in
// CLICKNET_TWILIO, JSON; what came of it is printed so.
"use strict";
const twilio = require("twilio");

const job = JSON.parse(process.env.CLICKNET_TWILIO);

// The library knows no other host than Twilio's: its requests are led to the
// stand-in as they are.
class Stand extends twilio.RequestClient {
	request(opts) {
		opts.uri = opts.uri.replace("https://api.twilio.com", job.api);
		return super.request(opts);
	}
}

async function send(message) {
	const client = twilio(job.account, job.token,
		{ httpClient: new Stand() });
	try {
		const m = await client.messages.create(message);
		return { sid: m.sid, status: m.status, to: m.to };
	} catch (e) {
		return { status: e.status, code: e.code, message: e.message };
	}
}

async function report({ url, params, json }) {
	const body = json ? JSON.stringify(json)
		: new URLSearchParams(params).toString();
	if (json)
		url += "?bodySHA256=" + twilio.getExpectedBodyHash(body);
	const answer = await fetch(url, {
		method: "POST",
		headers: {
			"X-Twilio-Signature": twilio.getExpectedTwilioSignature(
				job.token, url, params || {}),
			"Content-Type": json ? "application/json"
				: "application/x-www-form-urlencoded",
		},
		body,
	});
	return answer.status;
}

(async () => {
	const out = { sent: [], reports: [], valid: [] };
	for (const m of job.send)
		out.sent.push(await send(m));
	for (const r of job.reports)
		out.reports.push(await report(r));
	for (const v of job.check)
		out.valid.push(twilio.validateRequest(
			job.token, v.signature, v.url, v.params));
	console.log(JSON.stringify(out));
})();
